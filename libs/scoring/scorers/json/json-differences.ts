export interface JsonComparison {
  /** Accepted distance of numbers. */
  tolerance?: number;
  /** Members that only the actual value has are no difference. */
  ignoreExtra?: boolean;
}

/**
 * Where `actual` differs from `expected`, by JSON Pointers (RFC 6901). The order of members does not count, that of
 * items does. Both are JSON values of bounded depth.
 */
export function jsonDifferences(
  actual: unknown,
  expected: unknown,
  comparison: JsonComparison = {},
  path = '',
): string[] {
  if (typeof actual === 'number' && typeof expected === 'number') {
    // 0.4 is within 0.1 of 0.3, although 0.4 - 0.3 is a little more than 0.1 in doubles.
    const { tolerance = 0 } = comparison;
    const rounding = tolerance && 4 * Number.EPSILON * Math.max(Math.abs(actual), Math.abs(expected));
    if (actual === expected || Math.abs(actual - expected) <= tolerance + rounding) return [];
  }
  if (isObject(actual) && isObject(expected) && Array.isArray(actual) === Array.isArray(expected)) {
    const [members, wanted] = [new Map(Object.entries(actual)), new Map(Object.entries(expected))];
    const ignoreExtra = comparison.ignoreExtra && !Array.isArray(actual);
    return [
      ...[...wanted].flatMap(([key, value]) => {
        const at = step(path, key);
        return members.has(key)
          ? jsonDifferences(members.get(key), value, comparison, at)
          : [`${at} is missing`];
      }),
      ...[...members.keys()]
        .filter((key) => !ignoreExtra && !wanted.has(key))
        .map((key) => `${step(path, key)} is extra`),
    ];
  }
  return actual === expected ? [] : [`${path || 'the value'} is ${shown(actual)}, not ${shown(expected)}`];
}

/** What a JSON Pointer leads to, as a list of one, or of none. */
export function atPointer(value: unknown, pointer: string): [unknown] | [] {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(found) || !Object.hasOwn(found, key)) return [];
    found = found[key];
  }
  return [found];
}

const step = (path: string, key: string): string =>
  `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 40);
