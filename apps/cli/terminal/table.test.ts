import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTable, type Column } from './table.js';

interface Row {
  name: string;
  score: string;
  cost: string;
}
const COLUMNS: Column<Row>[] = [
  { title: 'Name', isText: true, text: ({ name }) => name },
  { title: 'Score', text: ({ score }) => score },
  { title: 'Cost', text: ({ cost }) => cost, dispensable: 1 },
];
const row = (name: string): Row => ({ name, score: '50 %', cost: '$1.00' });

describe('a table', () => {
  it('aligns text left and numbers right', () => {
    expect(renderTable([row('ada'), row('b')], COLUMNS, Infinity)).toEqual([
      'Name  Score   Cost',
      '──────────────────',
      'ada    50 %  $1.00',
      'b      50 %  $1.00',
    ]);
  });

  it('leaves out what is least wanted before it cuts names', () => {
    const name = 'a-rather-long-name-of-an-agent';
    expect(renderTable([row(name)], COLUMNS, 38)[2]).toBe(`${name}   50 %`);
    expect(renderTable([row(name)], COLUMNS, 24)[2]).toBe('a-rather-long-na…   50 %');
  });

  it.each([20, 40, 80])('stays within %i columns also where characters are twice as wide', (width) => {
    const lines = renderTable([row('漢字'.repeat(40)), row('👩‍👩‍👧'.repeat(30))], COLUMNS, width);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });

  it('shows what others wrote on one line and without escape sequences', () => {
    expect(renderTable([row('\u001b]0;title\u0007a\nb\u001b[2J')], COLUMNS, Infinity)[2]).toMatch(
      /^a b +50 %/,
    );
  });

  it('has a head without rows', () => {
    expect(renderTable([], COLUMNS, Infinity)).toEqual(['Name  Score  Cost', '─────────────────']);
  });
});
