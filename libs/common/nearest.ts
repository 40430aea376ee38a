import { distance } from 'fastest-levenshtein';

/** Up to `count` of `known` that look most like `wanted`, best first; for "did you mean". */
export function nearest(wanted: string, known: readonly string[], count = 3): string[] {
  const needle = wanted.toLowerCase();
  return known
    .map((name) => ({
      name,
      far: distance(needle, name.toLowerCase()) / Math.max(needle.length, name.length, 1),
    }))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** A sentence part for an error: what is known that is near, or that there is nothing at all. */
export function didYouMean(wanted: string, known: readonly string[]): string {
  if (known.length === 0) return 'None exist yet.';
  return `Nearest known: ${nearest(wanted, known).join(', ')}.`;
}
