import { it } from 'vitest';
import type { SampleJson } from '../../sample.js';
import { expectSolvable } from '../testing/expect-solvable.js';
import { tablesV1 } from './tables-v1.js';

type Row = Record<string, string>;

/** The tables of a text, each a list of rows by column. */
const tables = (text: string): Row[][] =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) => {
      const [columns = [], , ...rows] = block.split('\n').map((line) => line.slice(2, -2).split(' | '));
      return rows.map((cells) => Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])));
    });

const orders = (input: string): Row[] => tables(input).at(-1) ?? [];

/** The rows that a question's condition names. */
function chosen(input: string): Row[] {
  const [, product, , city] = /whose product is (\w+)( and whose city is not (\w+))?\?$/.exec(input) ?? [];
  return orders(input).filter((row) => row.product === product && row.city !== city);
}

/** The key with the largest total, if no other has as much. */
function leader(entries: [string, number][]): string {
  const totals = new Map<string, number>();
  for (const [key, value] of entries) totals.set(key, (totals.get(key) ?? 0) + value);
  const most = Math.max(...totals.values());
  const leaders = [...totals].filter(([, total]) => total === most).map(([key]) => key);
  return leaders.length === 1 ? String(leaders[0]) : 'ambiguous';
}

const units = (rows: Row[]): string => {
  let sum = 0;
  for (const row of rows) sum += Number(row.units);
  return String(sum);
};
const rows = ({ input }: SampleJson): number => orders(input).length;

it('every question has the one answer that its table gives', () => {
  expectSolvable(
    tablesV1,
    {
      lookup(input) {
        const [, column = '', order] = /What is the (\w+) of order (\d+)\?$/.exec(input) ?? [];
        const found = orders(input).filter((row) => row.order === order);
        return found.length === 1 ? (found[0]?.[column] ?? '') : 'ambiguous';
      },
      count: (input) => String(chosen(input).length),
      total: (input) => units(chosen(input)),
      nth_highest(input) {
        const place = ['highest', 'second', 'third', 'fourth'].findIndex((word) =>
          input.includes(`the ${word} `),
        );
        let rest = orders(input);
        for (let i = 0; i < place; i++) {
          const top = leader(rest.map((row) => [String(row.order), Number(row.price)]));
          rest = rest.filter((row) => row.order !== top);
        }
        return leader(rest.map((row) => [String(row.order), Number(row.price)]));
      },
      group(input) {
        const column = /Which (\w+) has/.exec(input)?.[1] ?? '';
        return leader(orders(input).map((row) => [String(row[column]), Number(row.units)]));
      },
      revenue: (input) =>
        leader(orders(input).map((row) => [String(row.order), Number(row.units) * Number(row.price)])),
      join(input) {
        const [places = [], all = []] = tables(input);
        const wanted = /from the warehouse (\w+)\?$/.exec(input)?.[1];
        const at = (city?: string) => places.find((place) => place.city === city)?.warehouse;
        return units(all.filter((row) => at(row.city) === wanted));
      },
    },
    { lookup: rows, count: rows, total: rows, nth_highest: rows, group: rows, revenue: rows, join: rows },
  );
});
