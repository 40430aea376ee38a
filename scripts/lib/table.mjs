/**
 * @template Row
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: Row) => string} text
 * @property {boolean} [isText] aligned left and, in a narrow terminal, shortened; numbers are aligned right
 * @property {number} [dispensable] in a narrow terminal the column with the highest number goes first
 */

const GAP = '  ';
const MIN_TEXT = 12;

/**
 * Lines of at most `width` characters: where the columns do not fit, dispensable ones are left out, then text is
 * shortened.
 * @template Row
 * @param {Row[]} rows
 * @param {Column<Row>[]} columns
 * @param {number} width
 * @returns {string[]}
 */
export function renderTable(rows, columns, width) {
  const sized = columns.map((column) => {
    const cells = [column.title, ...rows.map(column.text)];
    return { ...column, cells, size: Math.max(...cells.map((cell) => cell.length)) };
  });
  const excess = () => sized.reduce((sum, { size }) => sum + size + GAP.length, -GAP.length) - width;
  while (excess() > 0) {
    const last = sized.reduce((a, b) => ((b.dispensable ?? 0) > (a.dispensable ?? 0) ? b : a));
    if (!last.dispensable) break;
    sized.splice(sized.indexOf(last), 1);
  }
  const text = sized.find(({ isText }) => isText);
  if (text && excess() > 0) text.size = Math.max(MIN_TEXT, text.size - excess());

  const line = (/** @type {number} */ index) =>
    sized
      .map(({ cells, size, isText }) => {
        const cell = cells[index] ?? '';
        return isText ? shorten(cell, size).padEnd(size) : cell.padStart(size);
      })
      .join(GAP)
      .trimEnd();
  const rule = '─'.repeat(Math.max(0, excess() + width));
  return [line(0), rule, ...rows.map((_, index) => line(index + 1))];
}

/** @param {string} text @param {number} size */
const shorten = (text, size) => (text.length > size ? `${text.slice(0, size - 1)}…` : text);
