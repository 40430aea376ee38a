import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Answer } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { isActive } from '../../ui/run-status.js';
import { Section } from '../../ui/section.js';
import { ActiveRuns } from './active-runs.js';
import { FirstSteps } from './first-steps.js';
import { RecentResults } from './recent-results.js';
import { Regressions } from './regressions.js';
import { Spend } from './spend.js';

/** What goes on, what came out, what got worse and what it cost. */
export function HomePage() {
  const mayRun = useMay('run:write');
  const mayReadResults = useMay('results:read');
  const runs = query.useQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { limit: 50 } } },
    { refetchInterval: 30_000 },
  );
  return (
    <Page
      title="Home"
      actions={
        mayRun && (
          <Button component={Link} to="/runs/new">
            New run
          </Button>
        )
      }
    >
      <Answer of={runs}>
        {({ items }) => {
          if (items.length === 0) return <FirstSteps />;
          const ended = items.filter(({ status }) => status === 'completed');
          return (
            <Stack gap="lg">
              <Section title="Under way">
                <ActiveRuns runs={items.filter(({ status }) => isActive(status))} />
              </Section>
              <Section
                title="Recent results"
                lead="The best agent of each run, with the 95 % interval of its score."
              >
                <RecentResults runs={ended.slice(0, 8)} />
              </Section>
              {mayReadResults && (
                <Section
                  title="What got worse"
                  lead="Where the runs of an agent over time have a jump for the worse."
                >
                  <Regressions
                    benchmarks={[...new Set(ended.map(({ benchmark }) => benchmark.name))].slice(0, 5)}
                  />
                </Section>
              )}
              <Section title="Spent this month">
                <Spend />
              </Section>
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}
