import { Select } from '@mantine/core';
import { query } from '../../api/client.js';

interface BenchmarkSelectProps {
  value: string | undefined;
  onChange: (name: string | undefined) => void;
}

/** Benchmarks by name. One that a link names and that is not among the newest stays chosen. */
export function BenchmarkSelect({ value, onChange }: BenchmarkSelectProps) {
  const benchmarks = useBenchmarks();
  const names = (benchmarks.data?.items ?? []).map(({ name, title }) => ({
    value: name,
    label: title === name ? name : `${title} (${name})`,
  }));
  const isKnown = value === undefined || names.some((one) => one.value === value);
  return (
    <Select
      label="Benchmark"
      placeholder="Choose one"
      data={isKnown ? names : [{ value, label: value }, ...names]}
      value={value ?? null}
      onChange={(name) => onChange(name ?? undefined)}
      searchable
      nothingFoundMessage={benchmarks.isPending ? 'Loading …' : 'There is no such benchmark.'}
      error={benchmarks.error?.detail}
      w={{ base: '100%', sm: 300 }}
    />
  );
}

export const useBenchmarks = () =>
  query.useQuery('get', '/api/v1/benchmarks', { params: { query: { limit: 100 } } });
