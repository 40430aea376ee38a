import type { ResultColumn } from './result-columns.js';

/** The first line. Names of scorers are what users like, as cells are. */
export const csvHead = (columns: readonly ResultColumn[]): string => {
  const cell = (name: string): string =>
    /^\w[\w.]*$/.test(name) ? name : `"${name.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `${columns.map(({ name }) => cell(name)).join()}\r\n`;
};

/** A row of CSV (RFC 4180) in SQL. Of what Postgres has to join texts, `||` is the fastest by far. */
export const csvRow = (columns: readonly ResultColumn[]): string => {
  const cells = columns.map(({ type, sql }) => (type === 'text' ? csvCell(sql) : `${sql}::text`));
  return `${cells.map((cell) => `coalesce(${cell}, '')`).join(` || ',' || `)} || E'\\r\\n'`;
};

/**
 * A cell of text. What a spreadsheet would take for a formula gets an apostrophe before it, as OWASP's "CSV Injection"
 * advises: agents write what they like, and somebody opens it in Excel. Numbers stay numbers.
 * @param text in SQL
 */
export const csvCell = (text: string): string =>
  `CASE WHEN ${text} !~ E'[",\\r\\n]|^[=+@\\t-]' THEN ${text}
   WHEN ${text} ~ E'^[=+@\\t\\r-]' AND ${text} !~ '^[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$' THEN ${quoted(`'''' || ${text}`)}
   ELSE ${quoted(text)} END`;

const quoted = (text: string): string => `'"' || replace(${text}, '"', '""') || '"'`;
