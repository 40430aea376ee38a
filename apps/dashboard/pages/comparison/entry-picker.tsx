import { MultiSelect } from '@mantine/core';
import { query } from '../../api/client.js';
import type { Comparison } from '../../api/types.js';
import { asDate, asPercent } from '../../ui/format.js';
import { entryName } from './names.js';

interface EntryPickerProps {
  value: string[];
  onChange: (ids: string[]) => void;
  /** Names of entries that are older than what is offered. */
  known: Comparison['entries'];
}

/** Entries of the newest finished runs, by run; found by agent, benchmark or date. */
export function EntryPicker({ value, onChange, known }: EntryPickerProps) {
  const runs = query.useQuery('get', '/api/v1/runs', {
    params: { query: { limit: 100, status: 'completed' } },
  });
  const offered = (runs.data?.items ?? []).map(({ id, benchmark, completed_at, entries }) => ({
    group: `${benchmark.name}@${benchmark.version} · ${asDate(completed_at)} · run ${id.slice(-6)}`,
    items: entries
      .filter(({ summary }) => summary !== null)
      .map(({ id: entry, agent, summary }) => ({
        value: entry,
        label: `${agent.name}@${agent.version} · ${asPercent(summary?.score)} · ${benchmark.name}`,
      })),
  }));
  const ids = new Set(offered.flatMap(({ items }) => items.map(({ value: id }) => id)));
  const older = value
    .filter((id) => !ids.has(id))
    .map((id) => {
      const entry = known.find((one) => one.id === id || one.run_id === id);
      return { value: id, label: entry ? `${entryName(entry)} · ${entry.benchmark}` : id };
    });
  return (
    <MultiSelect
      label="Entries"
      description="Each is held against every later one; the last is everybody's baseline."
      placeholder={value.length < 2 ? 'Agent, benchmark or run' : undefined}
      data={[...offered, ...(older.length > 0 ? [{ group: 'Chosen', items: older }] : [])]}
      value={value}
      onChange={onChange}
      searchable
      hidePickedOptions
      maxValues={20}
      nothingFoundMessage={runs.isPending ? 'Loading …' : 'No finished run has such an entry.'}
      error={runs.error?.detail}
    />
  );
}
