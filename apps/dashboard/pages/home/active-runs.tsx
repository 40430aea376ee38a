import { Anchor, Group, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RunOverview } from '../../api/types.js';
import { asCount, asDuration, asPercent, asUsd } from '../../ui/format.js';
import { RunStatusBadge } from '../../ui/run-status.js';
import { useRunProgress } from '../runs/run/use-run-progress.js';

/** A browser has six connections to a service, and each run that is followed holds one. */
const FOLLOWED = 3;

export function ActiveRuns({ runs }: { runs: RunOverview[] }) {
  if (runs.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing runs now.
      </Text>
    );
  return (
    <Stack>
      {runs.map((run, place) => (
        <ActiveRun key={run.id} run={run} isFollowed={place < FOLLOWED} />
      ))}
    </Stack>
  );
}

function ActiveRun({ run, isFollowed }: { run: RunOverview; isFollowed: boolean }) {
  const live = useRunProgress(run, isFollowed);
  const { status, progress, done, trials } = live ?? run;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Anchor component={Link} to={`/runs/${run.id}`} fw={500}>
            {run.benchmark.title}
          </Anchor>
          <RunStatusBadge status={status} />
        </Group>
        <Text size="sm" c="dimmed" className="figures">
          {asCount(done)} of {asCount(trials)}
          {live && ` · ${asUsd(live.cost_usd)}`}
          {live?.eta_s != null && ` · ${asDuration(live.eta_s)} left`}
        </Text>
      </Group>
      <Progress.Root>
        <Progress.Section
          value={progress * 100}
          aria-label={`Progress of ${run.benchmark.title}`}
          aria-valuetext={asPercent(progress)}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {run.entries.map(({ agent }) => agent.name).join(', ')}
      </Text>
    </Stack>
  );
}
