import type { Comparison } from '../../api/types.js';

type Named = Pick<Comparison['entries'][number], 'agent' | 'agent_version'>;

export const entryName = ({ agent, agent_version }: Named): string => `${agent}@${agent_version}`;

/** A name for each entry that no other has: with the end of its run's id where agents took part twice. */
export function distinctNames(entries: Comparison['entries']): Map<string, string> {
  const names = entries.map(entryName);
  return new Map(
    entries.map((entry, place) => {
      const name = names[place] as string;
      const isTwice = names.filter((other) => other === name).length > 1;
      return [entry.id, isTwice ? `${name} (run ${entry.run_id.slice(-6)})` : name];
    }),
  );
}
