import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ProblemError } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import { Failure } from '../../ui/answer.js';
import { DryRunResult } from './dry-run-result.js';
import { sendDefinition, useDryRun } from './dry-run.js';
import { LineEditor } from './line-editor.js';

const PAUSE_MS = 600;

/** A definition file beside what the service says of it, asked whenever typing pauses. */
export function DefinitionEditor({ initial }: { initial: string }) {
  const [text, setText] = useState(initial);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const mayWrite = useMay('benchmark:write');
  const check = useDryRun(mayWrite ? settled : '');
  const client = useQueryClient();
  const navigate = useNavigate();
  const publish = useMutation({
    mutationFn: () => sendDefinition(text, false),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries();
      await navigate({ to: '/benchmarks/$benchmark', params: { benchmark: name }, ignoreBlocker: true });
    },
  });
  useBlocker({
    shouldBlockFn: () => text !== initial && !window.confirm('Leave without publishing what you changed?'),
    enableBeforeUnload: () => text !== initial,
  });
  const marked = useMemo(
    () =>
      new Set(
        check.error instanceof ProblemError ? check.error.findings.flatMap(({ line }) => line ?? []) : [],
      ),
    [check.error],
  );
  const isCurrent = settled === text && check.isSuccess && !check.isPlaceholderData;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="sm">
          <LineEditor label="Definition file" value={text} onChange={setText} marked={marked} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {!mayWrite
                ? 'Your role may not publish benchmarks.'
                : check.isFetching || settled !== text
                  ? 'Checking …'
                  : check.isError
                    ? 'Not right yet'
                    : 'Checked'}
            </Text>
            <Button
              disabled={!mayWrite || !isCurrent || check.data?.would_create === false}
              loading={publish.isPending}
              onClick={() => publish.mutate()}
            >
              {isCurrent && check.data ? `Publish version ${check.data.version}` : 'Publish'}
            </Button>
          </Group>
          {publish.isError && <Failure error={publish.error} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        {check.isError ? <Failure error={check.error} /> : check.data && <DryRunResult result={check.data} />}
      </Grid.Col>
    </Grid>
  );
}
