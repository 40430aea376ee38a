import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { query } from '../../api/client.js';
import { isStatus } from '../../api/problem.js';
import { asCount, asDuration, asPercent, asUsd } from '../../ui/format.js';
import { costOf, ofAll, precedentOf, secondsOf, type Precedent } from './new-run-plan.js';
import type { SettingValues } from './new-run-settings.js';

interface NewRunEstimateProps {
  benchmark: string | null;
  agents: string[];
  values: SettingValues;
}

/** What a run will take and can find, as far as runs before it tell. */
export function NewRunEstimate({ benchmark, agents, values }: NewRunEstimateProps) {
  const [name = ''] = (benchmark ?? '').split('@');
  const enabled = benchmark !== null;
  const described = query.useQuery(
    'get',
    '/api/v1/benchmarks/{benchmark}',
    { params: { path: { benchmark: benchmark ?? '' } } },
    { enabled },
  );
  const runs = query.useQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { benchmark: name, status: 'completed', limit: 50 } } },
    { enabled },
  );
  const { epochs = 1, limit = Infinity, max_cost_usd: budget } = values;
  const all = described.data?.sample_count;
  const samples = all === undefined ? undefined : Math.min(all, limit);
  const each = samples === undefined ? undefined : samples * epochs;
  const precedents = agents.map((agent) => precedentOf(runs.data?.items ?? [], agent));
  const costs = precedents.map((precedent) => costOf(precedent, each ?? 0));
  const cost = ofAll(costs, (known) => known.reduce((sum, one) => sum + one, 0));
  const seconds = ofAll(
    precedents.map((precedent) => secondsOf(precedent, each ?? 0)),
    (known) => Math.max(...known),
  );
  const withoutCost = agents.filter((_agent, i) => costs[i] === undefined);
  const isKnown = each !== undefined && agents.length > 0;
  return (
    <Paper withBorder p="md" component="section" aria-label="Before it starts">
      <Stack gap="xs">
        <Title order={2} size="h4">
          Before it starts
        </Title>
        <Table layout="auto" aria-label="Estimates">
          <Table.Tbody>
            <Line name="Trials">
              {isKnown ? asCount(each * agents.length) : 'Choose a benchmark and agents'}
            </Line>
            {isKnown && (
              <>
                <Line
                  name="Cost"
                  hint={
                    withoutCost.length > 0
                      ? `No run of this benchmark tells what a trial of ${withoutCost.join(', ')} costs.`
                      : 'By what a trial cost in the last run of each agent'
                  }
                >
                  {cost === undefined ? 'unknown' : cost === 0 ? 'nothing' : `about ${asUsd(cost)}`}
                </Line>
                <Line
                  name="Time"
                  hint={
                    seconds === undefined
                      ? 'Not all agents have completed a run of this benchmark.'
                      : 'At the pace of the last run of each agent'
                  }
                >
                  {seconds === undefined ? 'unknown' : `about ${asDuration(Math.max(1, seconds))}`}
                </Line>
                <Line name="Budget">{budget === undefined ? 'none' : asUsd(budget)}</Line>
              </>
            )}
          </Table.Tbody>
        </Table>
        {isKnown && samples !== undefined && samples >= 2 && (
          <Detectable samples={samples} epochs={epochs} precedents={precedents} />
        )}
        {budget !== undefined && cost !== undefined && cost > budget && (
          <Text size="sm" c="red">
            The budget is below what it would cost: the run will not come to its end.
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function Line({ name, hint, children }: { name: string; hint?: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={110} style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Th>
      <Table.Td>
        {children}
        {hint !== undefined && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Of scores that are 0 or 1, half of each: no other has more. */
const LARGEST_VARIANCE = 0.25;

interface DetectableProps {
  samples: number;
  epochs: number;
  precedents: (Precedent | undefined)[];
}

/** The smallest difference between two agents that so many samples are likely to show. */
function Detectable({ samples, epochs, precedents }: DetectableProps) {
  const ids = precedents.flatMap((precedent) => precedent?.entry.id ?? []).slice(0, 2);
  const power = query.useQuery('get', '/api/v1/analytics/power', {
    params: {
      query: {
        samples,
        epochs,
        ...(ids.length > 0 ? { entries: ids.join(',') } : { variance_between: LARGEST_VARIANCE }),
      },
    },
  });
  if (power.isError)
    return (
      <Text size="sm" c="dimmed">
        The smallest difference it can find is unknown
        {isStatus(power.error, 403) ? ': your role may not see results.' : `: ${power.error.detail}`}
      </Text>
    );
  if (!power.data) return null;
  return (
    <Text size="sm">
      It finds differences between two agents of{' '}
      <b>{asPercent(power.data.minimum_detectable_effect)} or more</b> with a chance of{' '}
      {asPercent(power.data.power)}, at {asPercent(power.data.confidence)} confidence;{' '}
      {ids.length > 0
        ? 'from how scores varied in runs before.'
        : 'at the largest variance that scores can have, as no run of these agents tells theirs.'}
    </Text>
  );
}
