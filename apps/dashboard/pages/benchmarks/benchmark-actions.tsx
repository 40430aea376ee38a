import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconCopy, IconDots, IconDownload, IconEdit } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import type { Benchmark } from '../../api/types.js';
import { Failure } from '../../ui/answer.js';

interface ActionsProps {
  benchmark: Benchmark;
  version: number;
}

/** What can be done with a benchmark, besides running it. */
export function BenchmarkActions({ benchmark, version }: ActionsProps) {
  const { id, name, status } = benchmark;
  const mayWrite = useMay('benchmark:write');
  const client = useQueryClient();
  const [isCloning, { open, close }] = useDisclosure();
  const onSuccess = () => client.invalidateQueries();
  const archive = query.useMutation('post', '/api/v1/benchmarks/{benchmark}/archive', { onSuccess });
  const unarchive = query.useMutation('post', '/api/v1/benchmarks/{benchmark}/unarchive', { onSuccess });
  const move = status === 'archived' ? unarchive : archive;
  const file = (format: string) => `/api/v1/benchmarks/${id}/versions/${version}/export?format=${format}`;
  return (
    <>
      {mayWrite && (
        <Button
          variant="default"
          leftSection={<IconEdit size={16} />}
          renderRoot={(props) => (
            <Link to="/benchmarks/new" search={{ from: `${name}@${version}` }} {...props} />
          )}
        >
          Edit
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {['yaml', 'json'].map((format) => (
            <Menu.Item
              key={format}
              component="a"
              href={file(format)}
              download={`${name}@${version}.${format}`}
              leftSection={<IconDownload size={16} />}
            >
              Download as {format.toUpperCase()}
            </Menu.Item>
          ))}
          {mayWrite && (
            <>
              <Menu.Item leftSection={<IconCopy size={16} />} onClick={open}>
                Clone
              </Menu.Item>
              <Menu.Item
                leftSection={<IconArchive size={16} />}
                onClick={() => move.mutate({ params: { path: { benchmark: id } } })}
              >
                {status === 'archived' ? 'Take out of the archive' : 'Archive'}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isCloning} onClose={close} title={`Clone ${benchmark.title}`}>
        <CloneForm benchmark={benchmark} version={version} />
      </Modal>
      <Modal opened={move.isError} onClose={move.reset} title="The archive">
        <Failure error={move.error} />
      </Modal>
    </>
  );
}

function CloneForm({ benchmark: { id, name }, version }: ActionsProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const clone = query.useMutation('post', '/api/v1/benchmarks/{benchmark}/clone', {
    onSuccess: async (made) => {
      await client.invalidateQueries();
      await navigate({ to: '/benchmarks/$benchmark', params: { benchmark: made.name } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const title = fields.get('title') as string;
    clone.mutate({
      params: { path: { benchmark: id } },
      body: { name: fields.get('name') as string, version, ...(title !== '' && { title }) },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput name="name" label="Name" defaultValue={`${name}-copy`} required data-autofocus />
        <TextInput name="title" label="Title" description="Empty: the original's" />
        {clone.isError && <Failure error={clone.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={clone.isPending}>
            Clone version {version}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
