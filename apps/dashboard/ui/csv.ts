export type Row = Record<string, string | number | boolean | null | undefined>;

/** RFC 4180, with the keys of the first row as head. Text that a spreadsheet would take for a formula gets a quote before it. */
export function toCsv(rows: Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => head.map((key) => cell(row[key])).join(','));
  return [head.map(cell).join(','), ...lines, ''].join('\r\n');
}

function cell(value: Row[string]): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
