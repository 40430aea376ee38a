import { Alert, Button, Grid, Group, MultiSelect, Select, Stack } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import type { Agent, Benchmark } from '../../api/types.js';
import { Failure } from '../../ui/answer.js';
import { NewRunEstimate } from './new-run-estimate.js';
import { NewRunSettings, toSettings, type SettingValues } from './new-run-settings.js';

interface NewRunFormProps {
  benchmarks: Benchmark[];
  /** Of each name the newest version. */
  agents: Agent[];
}

const withChosen = (names: string[], chosen: string[]) => [...new Set([...chosen, ...names])];

export function NewRunForm({ benchmarks, agents }: NewRunFormProps) {
  const { benchmark = null, agents: listed = '' } = useSearch({ from: '/shell/runs/new' });
  const chosen = listed.split(',').filter((name) => name !== '');
  const navigate = useNavigate({ from: '/runs/new' });
  const [values, setValues] = useState<SettingValues>({ epochs: 1, seed: 0 });
  // Of one and the same attempt: pressed twice, it starts one run.
  const [attempt] = useState(() => crypto.randomUUID());
  const mayRun = useMay('run:write');
  const start = query.useMutation('post', '/api/v1/runs', {
    onSuccess: ({ id }) => navigate({ to: '/runs/$runId', params: { runId: id } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (benchmark === null) return;
    start.mutate({
      params: { header: { 'Idempotency-Key': `${attempt}-${start.failureCount}` } },
      body: { benchmark, agents: chosen, ...toSettings(values) },
    });
  };
  const names = agents.map(({ name }) => name);
  return (
    <form onSubmit={submit}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            {!mayRun && <Alert color="yellow">Your role may not start runs.</Alert>}
            {agents.length === 0 && (
              <Alert color="yellow" title="There is no agent yet">
                A run needs one to ask.{' '}
                <Button
                  size="compact-sm"
                  variant="default"
                  renderRoot={(props) => <Link to="/agents/new" {...props} />}
                >
                  New agent
                </Button>
              </Alert>
            )}
            <Select
              label="Benchmark"
              placeholder="Search"
              searchable
              required
              nothingFoundMessage="No benchmark has this in its name"
              data={withChosen(
                benchmarks.map(({ name }) => name),
                benchmark === null ? [] : [benchmark],
              )}
              value={benchmark}
              onChange={(value) =>
                void navigate({
                  search: ({ benchmark: _old, ...rest }) => ({
                    ...rest,
                    ...(value !== null && { benchmark: value }),
                  }),
                  replace: true,
                })
              }
            />
            <MultiSelect
              label="Agents"
              placeholder={chosen.length === 0 ? 'Search' : ''}
              searchable
              required
              maxValues={50}
              nothingFoundMessage="No agent has this in its name"
              data={withChosen(names, chosen)}
              value={chosen}
              onChange={(value) =>
                void navigate({
                  search: ({ agents: _old, ...rest }) => ({
                    ...rest,
                    ...(value.length > 0 && { agents: value.join(',') }),
                  }),
                  replace: true,
                })
              }
            />
            <NewRunSettings values={values} onChange={setValues} />
            {start.isError && <Failure error={start.error} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <NewRunEstimate benchmark={benchmark} agents={chosen} values={values} />
            <Group justify="flex-end">
              <Button
                type="submit"
                size="md"
                loading={start.isPending}
                disabled={!mayRun || benchmark === null || chosen.length === 0}
              >
                Start the run
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}
