import { Button, Group, NumberInput, Slider, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { query } from '../../../api/client.js';
import type { Run } from '../../../api/types.js';
import { Failure } from '../../../ui/answer.js';
import { Section } from '../../../ui/section.js';
import { readRunAgain } from './use-run-progress.js';

const MARKS = [1, 64, 128, 256].map((value) => ({ value, label: String(value) }));

const BUDGETS = [
  { name: 'max_cost_usd', label: 'Budget', suffix: ' USD', allowDecimal: true },
  { name: 'max_tokens_total', label: 'Tokens', suffix: ' tokens', allowDecimal: false },
  { name: 'max_duration_s', label: 'Time', suffix: ' s', allowDecimal: true },
] as const;

type Limits = Pick<Run['limits'], 'concurrency' | (typeof BUDGETS)[number]['name']>;

/** What a run may use, changed while it goes on. */
export function LimitsForm({ run }: { run: Run }) {
  const [limits, setLimits] = useState<Limits>(run.limits);
  const save = query.useMutation('patch', '/api/v1/runs/{run_id}', { onSettled: readRunAgain });
  const change = (name: keyof Limits, value: string | number) =>
    setLimits((before) => ({
      ...before,
      [name]: typeof value === 'number' && value > 0 ? value : undefined,
    }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const names = ['concurrency', ...BUDGETS.map(({ name }) => name)] as const;
    const changed = names.filter((name) => limits[name] !== run.limits[name]);
    save.mutate({
      params: { path: { run_id: run.id } },
      body: Object.fromEntries(changed.map((name) => [name, limits[name] ?? null])),
    });
  };
  return (
    <Section
      title="Limits"
      lead="An empty field is no limit. A run that meets a budget pauses; it is not lost."
    >
      <form onSubmit={submit}>
        <Stack>
          <Stack gap={4} pb="md">
            <Text size="sm" fw={500}>
              Calls in flight to each agent: {limits.concurrency ?? 'as its provider allows'}
            </Text>
            <Slider
              thumbLabel="Calls in flight to each agent"
              min={1}
              max={256}
              marks={MARKS}
              value={limits.concurrency ?? 256}
              onChange={(value) => change('concurrency', value)}
              maw={520}
              thumbProps={{ 'aria-label': 'Calls in flight to each agent' }}
            />
          </Stack>
          <Group align="flex-end">
            {BUDGETS.map(({ name, ...rest }) => (
              <NumberInput
                key={name}
                {...rest}
                placeholder="No limit"
                min={0}
                thousandSeparator=","
                value={limits[name] ?? ''}
                onChange={(value) => change(name, value)}
                w={180}
              />
            ))}
            <Button type="submit" variant="default" loading={save.isPending}>
              Save limits
            </Button>
            {limits.concurrency !== undefined && (
              <Button variant="subtle" onClick={() => setLimits(({ concurrency: _, ...rest }) => rest)}>
                No limit of calls
              </Button>
            )}
          </Group>
          {save.isSuccess && (
            <Text size="sm" role="status">
              Saved.
            </Text>
          )}
          {save.isError && <Failure error={save.error} />}
        </Stack>
      </form>
    </Section>
  );
}
