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

/** Whether Postgres can hold every string in a JSON value as it is. Without recursion: callers choose its depth. */
export function isStorable(json: unknown): boolean {
  if (typeof json === 'string') return isStorableText(json);
  const left = [json];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && !isStorableText(value)) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) left.push(key, member);
  }
  return true;
}
