import {
  Alert,
  Button,
  FileInput,
  List,
  Modal,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { fetchWithSession, queryClient } from '../../api/client.js';
import { problemOf } from '../../api/problem.js';
import type { Run } from '../../api/types.js';
import { Failure } from '../../ui/answer.js';

type Imported = Run & { not_carried_over?: { key: string; reason: string }[] };

const KINDS = [
  { value: 'run', label: 'Export of a run' },
  { value: 'inspect', label: 'Inspect log' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

async function send({ kind, file, name }: { kind: Kind; file: File; name: string }): Promise<Imported> {
  const body = new FormData();
  // The options have to come first.
  if (kind === 'inspect') body.append('options', JSON.stringify(name ? { name } : {}));
  body.append('file', file);
  const path = kind === 'run' ? '/api/v1/runs/import' : '/api/v1/runs/import/inspect';
  const response = await fetchWithSession(new Request(path, { method: 'POST', body }));
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Imported;
}

/** A run of elsewhere, by its file. */
export function ImportRun() {
  const [opened, { open, close }] = useDisclosure();
  const [kind, setKind] = useState<Kind>('run');
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const upload = useMutation({ mutationFn: send, onSuccess: () => queryClient.invalidateQueries() });
  const leave = () => {
    close();
    upload.reset();
    setFile(null);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconUpload size={16} />} onClick={open}>
        Import
      </Button>
      <Modal
        opened={opened}
        onClose={leave}
        title="Import a run"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {upload.data ? (
          <Stack>
            <Alert color="green" title="The run is here" role="status">
              {upload.data.benchmark.title}: {upload.data.entries.map(({ agent }) => agent.name).join(', ')}
            </Alert>
            {(upload.data.not_carried_over?.length ?? 0) > 0 && (
              <>
                <Text size="sm">What was not carried over:</Text>
                <List size="sm">
                  {upload.data.not_carried_over?.map(({ key, reason }) => (
                    <List.Item key={key}>
                      {key}: {reason}
                    </List.Item>
                  ))}
                </List>
              </>
            )}
            <Button component={Link} to={`/runs/${upload.data.id}`}>
              Open the run
            </Button>
          </Stack>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (file) upload.mutate({ kind, file, name: name.trim() });
            }}
          >
            <Stack>
              <SegmentedControl
                aria-label="What the file is"
                data={[...KINDS]}
                value={kind}
                onChange={(value) => setKind(value)}
              />
              <FileInput
                label="File"
                description={
                  kind === 'run'
                    ? 'What “Whole run” of another instance gave: .jsonl or .jsonl.gz'
                    : 'An eval log of Inspect AI in JSON, compressed or not'
                }
                placeholder="Choose a file"
                value={file}
                onChange={setFile}
                required
              />
              {kind === 'inspect' && (
                <TextInput
                  label="Name of the benchmark"
                  description="Without it, as in the log"
                  value={name}
                  onChange={({ currentTarget }) => setName(currentTarget.value)}
                />
              )}
              {upload.isError && <Failure error={upload.error} />}
              <Button type="submit" disabled={!file} loading={upload.isPending}>
                Import
              </Button>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}
