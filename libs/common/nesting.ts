const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether objects and arrays of a JSON value stand more than `depth` levels deep. Without recursion: callers choose it. */
export function isNestedBeyond(depth: number, json: unknown): boolean {
  let level = [json].filter(isNested);
  for (let at = 0; at < depth; at++) {
    level = level.flatMap((value) => Object.values(value).filter(isNested));
    if (level.length === 0) return false;
  }
  return true;
}
