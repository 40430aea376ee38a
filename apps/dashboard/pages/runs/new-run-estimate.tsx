import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { query } from '../../api/client.js';
import { isStatus } from '../../api/problem.js';
import type { Estimate } from '../../api/types.js';
import { asCount, asDuration, asPercent, asUsd, NONE } from '../../ui/format.js';
import type { SettingValues } from './new-run-settings.js';

interface NewRunEstimateProps {
  benchmark: string | null;
  agents: string[];
  values: SettingValues;
}

/** What a run will take and can find, as far as runs before it tell. */
export function NewRunEstimate({ benchmark, agents, values }: NewRunEstimateProps) {
  const { epochs = 1, limit, max_cost_usd: budget } = values;
  const isChosen = benchmark !== null && agents.length > 0;
  const estimate = query.useQuery(
    'get',
    '/api/v1/runs/estimate',
    {
      params: {
        query: { benchmark: benchmark ?? '', agents: agents.join(','), epochs, ...(limit && { limit }) },
      },
    },
    { enabled: isChosen, placeholderData: keepPreviousData },
  );
  const known = isChosen ? estimate.data : undefined;
  const { cost_usd: cost = null, seconds = null } = known ?? {};
  return (
    <Paper withBorder p="md" component="section" aria-label="Before it starts">
      <Stack gap="xs">
        <Title order={2} size="h4">
          Before it starts
        </Title>
        {estimate.isError && (
          <Text size="sm" c="red">
            {estimate.error.detail}
          </Text>
        )}
        <Table layout="auto" aria-label="Estimates">
          <Table.Tbody>
            <Line name="Trials">
              {known ? asCount(known.trials) : isChosen ? NONE : 'Choose a benchmark and agents'}
            </Line>
            {known && (
              <>
                <Line name="Cost" hint={costHint(known)}>
                  {cost === null ? 'unknown' : cost === 0 ? 'nothing' : `about ${asUsd(cost)}`}
                </Line>
                <Line
                  name="Time"
                  hint={
                    seconds === null
                      ? 'Not all agents have completed a run of this benchmark.'
                      : 'At the pace of the last run of each agent'
                  }
                >
                  {seconds === null ? 'unknown' : `about ${asDuration(Math.max(1, seconds))}`}
                </Line>
                <Line name="Budget">{budget === undefined ? 'none' : asUsd(budget)}</Line>
              </>
            )}
          </Table.Tbody>
        </Table>
        {known && known.samples >= 2 && <Detectable estimate={known} epochs={epochs} />}
        {budget !== undefined && cost !== null && cost > budget && (
          <Text size="sm" c="red">
            The budget is below what it would cost: the run will not come to its end.
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

/** Whose trials the cost follows from. */
function costHint({ entries }: Estimate): string {
  const from = (...sources: Estimate['entries'][number]['cost_from'][]) =>
    entries.filter(({ cost_from }) => sources.includes(cost_from)).map(({ agent }) => agent.name);
  const unknown = from(null);
  if (unknown.length > 0)
    return `No run of this benchmark tells what a trial of ${unknown.join(', ')} costs, or the price is unknown.`;
  const likened = from('other_version', 'other_agent');
  return likened.length > 0
    ? `Of ${likened.join(', ')} by the tokens that trials of another version or agent took`
    : 'By what a trial cost in the last run of each agent';
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
  estimate: Estimate;
  epochs: number;
}

/** The smallest difference between two agents that so many samples are likely to show. */
function Detectable({ estimate: { samples, entries }, epochs }: DetectableProps) {
  const ids = entries.flatMap(({ entry_id }) => entry_id ?? []).slice(0, 2);
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
