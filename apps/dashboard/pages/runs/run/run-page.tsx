import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { query } from '../../../api/client.js';
import { useMay } from '../../../api/session.js';
import type { Run } from '../../../api/types.js';
import { Answer } from '../../../ui/answer.js';
import { asDate, plural } from '../../../ui/format.js';
import { Page } from '../../../ui/page.js';
import { isActive } from '../../../ui/run-status.js';
import { Analysis } from './analysis.js';
import { CategoryHeatMap } from './category-heat-map.js';
import { ContinueRun } from './continue-run.js';
import { DownloadsMenu } from './downloads-menu.js';
import { EndNotice } from './end-notice.js';
import { Errors } from './errors.js';
import { Figures } from './figures.js';
import { LimitsForm } from './limits-form.js';
import { LiveProgress } from './live-progress.js';
import { PauseNotice } from './pause-notice.js';
import { RunControls } from './run-controls.js';
import { ScorePlot } from './score-plot.js';
import { ScoreSets } from './score-sets.js';
import { ScorersTable } from './scorers-table.js';

export function RunPage() {
  const { runId } = useParams({ from: '/shell/runs/$runId' });
  const run = query.useQuery(
    'get',
    '/api/v1/runs/{run_id}',
    { params: { path: { run_id: runId } } },
    // Beside its events, which a proxy may hold back.
    { refetchInterval: ({ state: { data } }) => (data && isActive(data.status) ? 10_000 : false) },
  );
  return run.data ? (
    <Loaded run={run.data} />
  ) : (
    <Page title="Run">
      <Answer of={run}>{() => null}</Answer>
    </Page>
  );
}

function Loaded({ run }: { run: Run }) {
  const mayRun = useMay('run:write');
  const mayRead = useMay('results:read');
  const isOn = isActive(run.status);
  return (
    <Page
      title={`${run.benchmark.title} v${run.benchmark.version}`}
      lead={<Lead run={run} />}
      actions={
        <>
          {mayRead && (
            <>
              <Button
                component={Link}
                to={`/runs/${run.id}/samples`}
                variant="default"
                leftSection={<IconListSearch size={16} />}
              >
                Samples
              </Button>
              <DownloadsMenu run={run} />
            </>
          )}
          {isOn && mayRun && <RunControls run={run} />}
          {!isOn && mayRun && run.rescores_run_id === null && <ContinueRun run={run} />}
        </>
      }
    >
      <PauseNotice run={run} />
      {!isOn && <EndNotice run={run} />}
      {isOn && <LiveProgress run={run} />}
      {isOn && mayRun && <LimitsForm key={run.id} run={run} />}
      {run.entries.some(({ summary }) => summary !== null) && (
        <>
          <ScorePlot run={run} />
          <Figures run={run} />
          <CategoryHeatMap run={run} />
          <ScorersTable run={run} />
        </>
      )}
      {mayRead && (
        <>
          <Errors run={run} />
          {!isOn && <Analysis runId={run.id} />}
          {!isOn && run.rescores_run_id === null && <ScoreSets run={run} />}
        </>
      )}
    </Page>
  );
}

function Lead({ run }: { run: Run }) {
  const { epochs, seed, temperature } = run.config;
  return (
    <Stack gap={2} component="span">
      <span>
        {plural(run.sample_count, 'sample')} × {plural(run.entries.length, 'agent')} ×{' '}
        {plural(epochs, 'epoch')}, seed {seed}
        {temperature !== undefined && `, temperature ${temperature}`}. Created {asDate(run.created_at)}
        {run.completed_at !== null && `, ended ${asDate(run.completed_at)}`}.
      </span>
      {run.imported && (
        <Text span size="sm">
          Imported {asDate(run.imported.at)} from {run.imported.instance ?? run.imported.format}.
        </Text>
      )}
      {run.rescores_run_id !== null && (
        <Anchor component={Link} to={`/runs/${run.rescores_run_id}`} size="sm">
          This scores the outputs of another run anew
        </Anchor>
      )}
    </Stack>
  );
}
