import { benjaminiHochberg, itemStatistics } from './statistics/index.js';
import { count, listed, percent, plural } from './wording.js';

/** Scores of samples by entries: of this run, and where it has few, of others under the same conditions. */
export interface ItemFindings {
  /** Entries, and how many of them are of other runs. */
  entries: number;
  others: number;
  /** By sample: a score for each entry, null where it has none. */
  items: { id: string; scores: (number | null)[] }[];
  /** Every so many-th sample was read. */
  stride: number;
}

/** Over how many entries samples were looked at. */
export interface ItemBasis {
  entries: number;
  of_other_runs: number;
  samples: number;
  description: string;
}

interface ItemShare {
  samples: number;
  of: number;
  entries: number;
  sample_ids: string[];
}

/** A mapped type, which fits where any key may be, as an interface does not. */
export type ItemPattern = { description: string } & Pick<ItemShare, keyof ItemShare> &
  (
    | { kind: 'hardest'; accuracies: number[] }
    | { kind: 'saturated' | 'unsolved' }
    | { kind: 'reversed'; by_chance: number; after_correction: number; discriminations: number[] }
  );

/** With fewer, which samples are hard is chance. */
const ENTRIES_FOR_HARDEST = 5;
/** With fewer, discrimination is hardly more than noise. */
export const ENTRIES_FOR_ITEMS = 10;
const MAX_LISTED = 10;
/** Of sound samples, by a test of 5 % on both sides. */
const REVERSED_BY_CHANCE = 0.025;

export function itemPatterns({ entries, others, items, stride }: ItemFindings): {
  basis: ItemBasis;
  patterns: ItemPattern[];
} {
  const answered = items.filter(({ scores }) => scores.some((score) => score !== null));
  const of = answered.length;
  const statistics = itemStatistics(answered.map(({ scores }) => scores)).map((item, place) => ({
    ...item,
    id: answered[place]!.id,
    mean: item.mean!,
  }));
  const who =
    others > 0
      ? `${entries} entries, ${others} of them of other runs`
      : `${entries} ${entries === 1 ? 'entry' : 'entries'}`;
  const share = (found: readonly { id: string }[]): ItemShare => ({
    samples: found.length,
    of,
    entries,
    sample_ids: found.slice(0, MAX_LISTED).map(({ id }) => id),
  });
  const part = ({ samples }: ItemShare): string =>
    `${plural(samples, 'sample')} of ${count(of)} (${percent(samples / of)})`;
  const patterns: ItemPattern[] = [];

  const hardest = statistics
    .filter(({ mean, n }) => mean > 0 && mean < 1 && n >= ENTRIES_FOR_HARDEST)
    .sort((a, b) => a.mean - b.mean)
    .slice(0, MAX_LISTED);
  if (hardest.length > 0) {
    const named = hardest.map(({ id, mean, n }) => `${id} (${percent(mean)} of ${n})`);
    patterns.push({
      kind: 'hardest',
      description: `Hardest of the samples that some of ${who} had right: ${listed(named)}.`,
      ...share(hardest),
      accuracies: hardest.map(({ mean }) => mean * 100),
    });
  }
  if (entries >= ENTRIES_FOR_ITEMS) {
    for (const kind of ['saturated', 'unsolved'] as const) {
      const found = share(statistics.filter(({ flag }) => flag === kind));
      if (found.samples === 0) continue;
      const text =
        kind === 'saturated'
          ? 'were right for all that answered: they tell no agents apart'
          : 'were wrong for all that answered: too hard, or with a wrong target';
      patterns.push({ kind, description: `Over ${who}, ${part(found)} ${text}.`, ...found });
    }
    const tested = statistics.filter(({ pValue }) => pValue !== null);
    const adjusted = benjaminiHochberg(tested.map(({ pValue }) => pValue));
    const reversed = tested
      .map((item, place) => ({ ...item, adjusted: adjusted[place]! }))
      .filter(({ flag }) => flag === 'reversed')
      .sort((a, b) => a.discrimination! - b.discrimination!);
    if (reversed.length > 0) {
      const byChance = REVERSED_BY_CHANCE * tested.length;
      const left = reversed.filter((item) => item.adjusted < 0.05).length;
      const found = share(reversed);
      patterns.push({
        kind: 'reversed',
        description: `Over ${who}, ${part(found)} were answered worse by the better ones: look at their targets. By chance about ${byChance.toFixed(1)} of ${count(tested.length)} would be; ${left} remain after Benjamini–Hochberg's correction.`,
        ...found,
        by_chance: byChance,
        after_correction: left,
        discriminations: reversed.slice(0, MAX_LISTED).map(({ discrimination }) => discrimination!),
      });
    }
  }
  const read = stride > 1 ? `, one of every ${stride},` : '';
  const missing =
    entries < ENTRIES_FOR_ITEMS
      ? `; whether samples are saturated, unsolved or reversed is told from ${ENTRIES_FOR_ITEMS} on`
      : '';
  return {
    basis: {
      entries,
      of_other_runs: others,
      samples: of,
      description: `${plural(of, 'sample')}${read} over ${who}${missing}.`,
    },
    patterns,
  };
}
