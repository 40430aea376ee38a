/**
 * Text as Postgres can hold it: neither `text` nor `jsonb` takes U+0000, and `jsonb` takes no lone surrogate, and
 * models write both. They become U+FFFD.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** How JSON.stringify() writes what Postgres does not take; text that only talks of it looks the same. */
const PERHAPS_UNSTORABLE = /\\u(0000|d[89a-f])/;

/** JSON text for a `jsonb` column; null stays SQL NULL. */
export function storableJson(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const json = JSON.stringify(value);
  // A replacer makes it several times slower, and hardly any value needs one.
  if (!PERHAPS_UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
}

const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Whether Postgres can hold every string in a JSON value as it is. Without recursion: callers choose its depth, and its
 * width, so that nothing is made for each member.
 */
export function isStorable(json: unknown): boolean {
  const left: object[] = [];
  const take = (value: unknown): boolean => {
    if (typeof value === 'string') return isStorableText(value);
    if (typeof value === 'object' && value !== null) left.push(value);
    return true;
  };
  if (!take(json)) return false;
  for (let value = left.pop(); value; value = left.pop()) {
    if (Array.isArray(value)) {
      if (!value.every(take)) return false;
      continue;
    }
    for (const key of Object.keys(value))
      if (!isStorableText(key) || !take((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}
