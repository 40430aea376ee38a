import stringWidth from 'string-width';
import { onOneLine } from './printable.js';

export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  /** Aligned left and, in a narrow terminal, shortened; numbers are aligned right. */
  isText?: boolean;
  /** In a narrow terminal the column with the highest number goes first. */
  dispensable?: number;
}

const GAP = '  ';
const MIN_TEXT = 12;

/**
 * Lines of at most `width` columns: where they do not fit, dispensable ones are left out, then text is shortened, the
 * longest first.
 */
export function renderTable<Row>(rows: Row[], columns: Column<Row>[], width: number): string[] {
  const sized = columns.map((column) => {
    const cells = [column.title, ...rows.map((row) => onOneLine(column.text(row)))];
    return { ...column, cells, size: Math.max(...cells.map((cell) => stringWidth(cell))) };
  });
  const total = (): number => sized.reduce((sum, { size }) => sum + size + GAP.length, -GAP.length);
  while (total() > width) {
    const last = sized.reduce((a, b) => ((b.dispensable ?? 0) > (a.dispensable ?? 0) ? b : a));
    if (!last.dispensable) break;
    sized.splice(sized.indexOf(last), 1);
  }
  while (total() > width) {
    const longest = sized.filter(({ isText }) => isText).sort((a, b) => b.size - a.size)[0];
    if (!longest || longest.size <= MIN_TEXT) break;
    longest.size = Math.max(MIN_TEXT, longest.size - (total() - width));
  }
  const line = (index: number): string =>
    sized
      .map(({ cells, size, isText }) => {
        const cell = shorten(cells[index] ?? '', size);
        const padding = ' '.repeat(Math.max(0, size - stringWidth(cell)));
        return isText ? cell + padding : padding + cell;
      })
      .join(GAP)
      .trimEnd();
  return [line(0), '─'.repeat(total()), ...rows.map((_, index) => line(index + 1))];
}

/** @param size in columns of the terminal, of which some characters take two */
export function shorten(text: string, size: number): string {
  if (stringWidth(text) <= size) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) > size - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
