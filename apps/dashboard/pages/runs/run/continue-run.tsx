import { Button, Group, Modal, NumberInput, Stack, TagsInput, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { query } from '../../../api/client.js';
import type { Run } from '../../../api/types.js';
import { Failure } from '../../../ui/answer.js';
import { asCount } from '../../../ui/format.js';
import { readRunAgain } from './use-run-progress.js';

/** Lets a finished run go on: its errors again, or more agents and epochs. */
export function ContinueRun({ run }: { run: Run }) {
  const [opened, { open, close }] = useDisclosure();
  const retry = query.useMutation('post', '/api/v1/runs/{run_id}/retry', { onSuccess: readRunAgain });
  const errors = run.entries.reduce(
    (sum, { trials, summary }) =>
      sum + trials - (summary?.outcomes.scored ?? 0) - (summary?.outcomes.unscored ?? 0),
    0,
  );
  const of = { params: { path: { run_id: run.id } } };
  return (
    <>
      {errors > 0 && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ ...of, body: {} })}
        >
          Retry {asCount(errors)} errored trials
        </Button>
      )}
      <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
        Extend
      </Button>
      <Modal
        opened={retry.isError}
        onClose={retry.reset}
        title="Not tried again"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Failure error={retry.error} />
      </Modal>
      <Modal
        opened={opened}
        onClose={close}
        title="Extend this run"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ExtendForm run={run} onDone={close} />
      </Modal>
    </>
  );
}

function ExtendForm({ run, onDone }: { run: Run; onDone: () => void }) {
  const [agents, setAgents] = useState<string[]>([]);
  const [epochs, setEpochs] = useState(run.config.epochs);
  const known = query.useQuery('get', '/api/v1/agents', { params: { query: { limit: 100 } } });
  const extend = query.useMutation('post', '/api/v1/runs/{run_id}/extend', {
    onSuccess: async () => {
      onDone();
      await readRunAgain();
    },
  });
  const taken = run.entries.map(({ agent }) => agent.name);
  const offered = [...new Set((known.data?.items ?? []).map(({ name }) => name))].filter(
    (name) => !taken.includes(name),
  );
  const isChanged = agents.length > 0 || epochs > run.config.epochs;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        extend.mutate({
          params: { path: { run_id: run.id } },
          body: { ...(agents.length > 0 && { agents }), ...(epochs > run.config.epochs && { epochs }) },
        });
      }}
    >
      <Stack>
        <Text size="sm">What the run has is not done again. It goes on at once.</Text>
        <TagsInput
          label="Agents to add"
          description="Names or name@version; Enter adds one"
          data={offered}
          value={agents}
          onChange={setAgents}
        />
        <NumberInput
          label="Epochs in all"
          min={run.config.epochs}
          max={100}
          allowDecimal={false}
          value={epochs}
          onChange={(value) => setEpochs(Number(value))}
        />
        {extend.isError && <Failure error={extend.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isChanged} loading={extend.isPending}>
            Extend
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
