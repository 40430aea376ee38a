/**
 * Text as Postgres can hold it: neither `text` nor `jsonb` takes U+0000, and `jsonb` takes no lone surrogate, and
 * models write both. They become U+FFFD.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** JSON text for a `jsonb` column; null stays SQL NULL. */
export function storableJson(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
}
