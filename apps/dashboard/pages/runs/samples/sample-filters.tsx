import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { query } from '../../../api/client.js';
import type { Run } from '../../../api/types.js';
import { OUTCOMES, type SamplesSearch } from '../search.js';

const SCORES: { value: string; label: string; search: SamplesSearch }[] = [
  { value: 'wrong', label: 'Wrong (0)', search: { max_score: 0 } },
  { value: 'low', label: 'Below a half', search: { max_score: 0.4999 } },
  { value: 'partial', label: 'Neither right nor wrong', search: { min_score: 0.0001, max_score: 0.9999 } },
  { value: 'right', label: 'Right (1)', search: { min_score: 1 } },
];

const SPREADS = [
  { value: '0.0001', label: 'Any' },
  { value: '0.5', label: 'By half or more' },
  { value: '1', label: 'Right against wrong' },
];

/** Which samples are listed. All of it stands in the address. */
export function SampleFilters({ run }: { run: Run }) {
  const search = useSearch({ from: '/shell/runs/$runId/samples' });
  const navigate = useNavigate({ from: '/runs/$runId/samples' });
  const { name: benchmark, version } = run.benchmark;
  const definition = query.useQuery('get', '/api/v1/benchmarks/{benchmark}/versions/{version}', {
    params: { path: { benchmark, version: String(version) } },
  });
  const set = (change: SamplesSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const setText = useDebouncedCallback((text: string) => set({ text: text || undefined }), 400);
  const score = SCORES.find(
    ({ search: { min_score, max_score } }) =>
      min_score === search.min_score && max_score === search.max_score,
  );
  const isFiltered = Object.keys(search).length > 0;
  const pick = (
    label: string,
    data: string[] | { value: string; label: string }[],
    value: string | undefined,
    onChange: (value: string | undefined) => void,
  ) => (
    <Select
      label={label}
      placeholder="Any"
      data={data}
      value={value ?? null}
      onChange={(picked) => onChange(picked ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': `Any: ${label}` }}
      searchable={data.length > 12}
      w={{ base: '100%', xs: 190 }}
    />
  );
  return (
    <Group align="flex-end" gap="sm" role="search">
      <TextInput
        key={isFiltered ? 'filtered' : 'all'}
        label="Text"
        placeholder="In input, target, output or id"
        defaultValue={search.text ?? ''}
        maxLength={200}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        w={{ base: '100%', xs: 260 }}
      />
      {pick(
        'Category',
        (definition.data?.categories ?? []).map(({ name }) => name),
        search.category,
        (category) => set({ category }),
      )}
      {run.entries.length > 1 &&
        pick('Agents disagree', SPREADS, search.min_spread?.toString(), (spread) =>
          set({ min_spread: spread === undefined ? undefined : Number(spread) }),
        )}
      {pick(
        'Outcome',
        OUTCOMES.map((value) => ({ value, label: value.replace('_', ' ') })),
        search.outcome,
        (outcome) => set({ outcome: OUTCOMES.find((one) => one === outcome) }),
      )}
      {pick('Score', SCORES, score?.value, (value) =>
        set({
          min_score: undefined,
          max_score: undefined,
          ...SCORES.find((one) => one.value === value)?.search,
        }),
      )}
      {run.entries.length > 1 &&
        pick(
          'Outcome and score of',
          run.entries.map(({ id, agent }) => ({ value: id, label: agent.name })),
          run.entries.find(({ id, agent }) => search.agent === id || search.agent === agent.name)?.id,
          (agent) => set({ agent }),
        )}
      {isFiltered && (
        <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
          Show all
        </Button>
      )}
    </Group>
  );
}
