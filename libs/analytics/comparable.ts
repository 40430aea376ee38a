import { generationSchema } from '#libs/agents';
import { AppError, canonicalJson } from '#libs/common';
import type { EntryFacts } from './comparison-reader.js';

/** What entries must have in common, unless a difference is allowed by this name. */
export const COMPARABILITY = ['benchmark', 'scorers', 'settings'] as const;
export type Comparability = (typeof COMPARABILITY)[number];

type Compared = Pick<
  EntryFacts,
  'config' | 'scorerVersions' | 'rescores' | 'benchmark' | 'benchmarkVersion' | 'contentHash'
>;

const SETTINGS = Object.keys(generationSchema.shape) as (keyof typeof generationSchema.shape)[];

const settingsOf = ({ config }: Compared): string =>
  canonicalJson(Object.fromEntries(SETTINGS.map((name) => [name, config[name]])));

/** For each name: what must be equal, and how a value of it reads. */
const READ: Record<
  Comparability,
  { noun: string; key: (entry: Compared) => string; text: (entry: Compared) => string }
> = {
  benchmark: {
    noun: 'benchmark content',
    key: (entry) => entry.contentHash,
    text: (entry) => `${entry.benchmark}@${entry.benchmarkVersion} (${entry.contentHash.slice(0, 12)})`,
  },
  scorers: {
    noun: 'scorer versions',
    key: (entry) => canonicalJson([entry.scorerVersions, entry.rescores?.scoringHash]),
    text: ({ scorerVersions, rescores }) =>
      `${canonicalJson(scorerVersions)}${rescores ? ` of a score set (${rescores.scoringHash.slice(0, 12)})` : ''}`,
  },
  settings: { noun: 'generation settings', key: settingsOf, text: settingsOf },
};

/**
 * The ways in which entries differ though they ought not to, in words; empty when nothing does.
 * @throws AppError `not_comparable` for differences that are not allowed, each with its name as `path`
 */
export function requireComparable(
  entries: readonly Compared[],
  allowed: readonly Comparability[] = [],
): string[] {
  const differences = COMPARABILITY.flatMap((path) => {
    const { noun, key, text } = READ[path];
    if (new Set(entries.map(key)).size <= 1) return [];
    return [{ path, message: `Different ${noun}: ${[...new Set(entries.map(text))].join('; ')}.` }];
  });
  const refused = differences.filter(({ path }) => !allowed.includes(path));
  if (refused.length > 0) {
    throw new AppError(
      'conflict',
      'not_comparable',
      `A difference in score would not be one of agents. ${refused.map(({ message }) => message).join(' ')} ` +
        `To compare all the same, allow ${refused.map(({ path }) => path).join(', ')} by name.`,
      { errors: refused },
    );
  }
  return differences.map(({ message }) => message);
}
