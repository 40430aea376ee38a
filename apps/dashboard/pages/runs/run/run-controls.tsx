import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { query } from '../../../api/client.js';
import type { Run } from '../../../api/types.js';
import { Failure } from '../../../ui/answer.js';
import { readRunAgain } from './use-run-progress.js';

/** Pause, resume and cancel. */
export function RunControls({ run }: { run: Run }) {
  const [opened, { open, close }] = useDisclosure();
  const after = { onSettled: readRunAgain };
  const pause = query.useMutation('post', '/api/v1/runs/{run_id}/pause', after);
  const resume = query.useMutation('post', '/api/v1/runs/{run_id}/resume', after);
  const cancel = query.useMutation('post', '/api/v1/runs/{run_id}/cancel', { ...after, onSuccess: close });
  const of = { params: { path: { run_id: run.id } } };
  const isPaused = run.status === 'paused';
  const error = pause.error ?? resume.error;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        {isPaused || run.entries.some(({ status }) => status === 'paused') ? (
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={resume.isPending}
            onClick={() => resume.mutate(of)}
          >
            Resume
          </Button>
        ) : null}
        {!isPaused && (
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={16} />}
            loading={pause.isPending}
            onClick={() => pause.mutate(of)}
          >
            Pause
          </Button>
        )}
        <Button variant="light" color="red" leftSection={<IconPlayerStop size={16} />} onClick={open}>
          Cancel
        </Button>
      </Group>
      {error !== null && <Failure error={error} />}
      <Modal
        opened={opened}
        onClose={close}
        title="Cancel this run?"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            Calls in flight are aborted and the run ends here. What was answered stays, and a cancelled run
            cannot be resumed.
          </Text>
          {cancel.isError && <Failure error={cancel.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Let it go on
            </Button>
            <Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate(of)}>
              Cancel the run
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
