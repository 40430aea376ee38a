/** `name` or `name@version`, as people and scripts write what they mean. */
export function parseReference(reference: string): { name: string; version?: number } {
  const match = /^(.+)@(\d{1,9})$/.exec(reference);
  return match ? { name: match[1] as string, version: Number(match[2]) } : { name: reference };
}
