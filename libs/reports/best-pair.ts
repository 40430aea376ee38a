import { count, plural, type EntryComparison } from '#libs/analytics';
import type { Section } from './content.js';

/** The two best agents, sample by sample; the best is the candidate. */
export interface BestPair extends Pick<EntryComparison, 'text' | 'gained' | 'lost' | 'ties' | 'n'> {
  candidate: string;
  baseline: string;
}

/** Ids that have room in a cell. */
const MAX_IDS = 10;

export function bestPairSection(pair: BestPair | null): Section[] {
  if (!pair) return [];
  const { gained, lost, candidate, baseline, n } = pair;
  const ids = (flips: BestPair['gained']): string => {
    const named = flips.sampleIds.slice(0, MAX_IDS);
    const more = flips.count - named.length;
    return `${named.join(', ') || '–'}${more > 0 ? `, and ${count(more)} more` : ''}`;
  };
  return [
    {
      heading: 'The two best, sample by sample',
      blocks: [
        {
          kind: 'table',
          label: 'Samples that flip between the two best agents',
          columns: [
            { label: 'Flips', width: 190, align: 'left', names: true },
            { label: 'Samples', width: 50, align: 'right' },
            { label: 'First ids', width: 'rest', align: 'left' },
          ],
          rows: [
            [`Passed by ${candidate} only`, count(gained.count), ids(gained)],
            [`Passed by ${baseline} only`, count(lost.count), ids(lost)],
          ],
        },
        {
          kind: 'note',
          text: `Of ${plural(n, 'sample')} that both have a score for. A sample passes from a score of one half on. GET /api/v1/analytics/compare gives every pair and more ids.`,
        },
      ],
    },
  ];
}
