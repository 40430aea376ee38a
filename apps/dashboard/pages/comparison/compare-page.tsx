import { Alert, Anchor, Button, Group, NumberInput, Paper, Stack, Switch } from '@mantine/core';
import { IconArrowsExchange, IconInfoCircle } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { Categories } from './categories.js';
import { EntryPicker } from './entry-picker.js';
import { Flips } from './flips.js';
import { Forest } from './forest.js';
import { GatePreview } from './gate-preview.js';
import { PairTable } from './pair-table.js';
import { isRefused, Refusal } from './refusal.js';
import { listOf, type CompareSearch } from './search.js';

export function ComparePage() {
  const search = useSearch({ from: '/shell/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const change = (changed: CompareSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });

  const ids = listOf(search.entries);
  const comparison = query.useQuery(
    'get',
    '/api/v1/analytics/compare',
    {
      params: {
        query: {
          entries: ids.join(','),
          ...(search.allow !== undefined && { allow: search.allow }),
          ...(search.cluster && { cluster: search.cluster }),
          ...(search.margin !== undefined && { margin: search.margin }),
        },
      },
    },
    { enabled: ids.length > 1 },
  );
  const choose = (chosen: string[]) =>
    change({ entries: chosen.join(',') || undefined, pair: undefined, allow: undefined });

  return (
    <Page
      title="Compare"
      lead="Whether one agent is better than another on the same samples, and how sure that is."
    >
      <Paper withBorder p="md">
        <Stack>
          <EntryPicker value={ids} onChange={choose} known={comparison.data?.entries ?? []} />
          <Group align="flex-end">
            <Button
              variant="default"
              leftSection={<IconArrowsExchange size={16} />}
              disabled={ids.length < 2}
              onClick={() => choose(ids.toReversed())}
            >
              Turn the order round
            </Button>
            <NumberInput
              label="Smallest difference that matters"
              value={Math.round((search.margin ?? 0.02) * 1000) / 10}
              onChange={(points) => Number(points) > 0 && change({ margin: Number(points) / 100 })}
              min={0.1}
              max={100}
              step={0.5}
              suffix=" pt"
              w={260}
            />
            <Switch
              label="Samples of one category are alike"
              checked={search.cluster === 'category'}
              onChange={({ currentTarget }) =>
                change({ cluster: currentTarget.checked ? 'category' : undefined })
              }
              pb={8}
            />
          </Group>
        </Stack>
      </Paper>
      {ids.length < 2 ? (
        <Empty>
          Choose two entries or more above, or open one from the{' '}
          <Anchor component={Link} to="/leaderboard">
            leaderboard
          </Anchor>
          .
        </Empty>
      ) : isRefused(comparison.error) ? (
        <Refusal
          error={comparison.error}
          onAllow={(names) => change({ allow: [...listOf(search.allow), ...names].join(',') })}
        />
      ) : (
        <Answer of={comparison}>
          {(data) => (
            <>
              {data.differences.length > 0 && (
                <Alert
                  color="yellow"
                  icon={<IconInfoCircle />}
                  title="A difference in score need not be one of agents"
                >
                  {data.differences.join(' ')}{' '}
                  <Anchor component="button" fz="sm" onClick={() => change({ allow: undefined })}>
                    Allow nothing
                  </Anchor>
                </Alert>
              )}
              <Forest comparison={data} />
              <PairTable comparison={data} />
              <Categories entries={data.entries} />
              <Flips comparison={data} pair={search.pair} onPair={(pair) => change({ pair })} />
              <GatePreview search={search} entries={data.entries} onRules={(rules) => change({ rules })} />
            </>
          )}
        </Answer>
      )}
    </Page>
  );
}
