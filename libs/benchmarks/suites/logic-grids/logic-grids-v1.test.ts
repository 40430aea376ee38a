import { expect, it } from 'vitest';
import type { SampleJson } from '../../sample.js';
import { expectSolvable } from '../testing/expect-solvable.js';
import { logicGridsV1 } from './logic-grids-v1.js';

/** The places of two things: which pairs a clue allows. */
interface Rule {
  things: [string, string?];
  allows(x: number, y: number): boolean;
}

const HAS = String.raw`(?:is called|drinks|keeps a|works as a) (\w+)`;
const WHO = String.raw`(?:[Tt]he one who (?:drinks|keeps a|works as a) )?(\w+)`;

/** What a sentence says, read as a person does. */
function rule(text: string): Rule {
  const match = (pattern: string) => new RegExp(`^${pattern}$`).exec(text);
  const two = (found: RegExpExecArray, allows: Rule['allows']): Rule => ({
    things: [found[1] ?? '', found[2] ?? ''],
    allows,
  });
  const left = match(`${WHO} lives somewhere to the left of ${WHO}`);
  if (left) return two(left, (x, y) => x < y);
  const directly = match(`${WHO} lives directly to the left of ${WHO}`);
  if (directly) return two(directly, (x, y) => y - x === 1);
  const near = match(`${WHO} and ${WHO} live in neighbouring houses`);
  if (near) return two(near, (x, y) => x - y === 1 || y - x === 1);
  const at = match(`${WHO} (lives|does not live) in house (\\d)`);
  if (at) return { things: [at[1] ?? ''], allows: (x) => (x + 1 === Number(at[3])) === (at[2] === 'lives') };
  const same = match(`${WHO} ${HAS}`);
  if (same) return two(same, (x, y) => x === y);
  throw new Error(`Not understood: ${text}`);
}

function read(input: string): { groups: string[][]; rules: Rule[]; houses: number } {
  const [intro = '', ...sentences] = input.slice(input.indexOf(': ') + 2).split('. ');
  const groups = intro
    .split('; ')
    .map((list) => [...list.matchAll(new RegExp(HAS, 'g'))].map(([, value]) => String(value)));
  const clues = sentences.slice(0, -1);
  return { groups, rules: clues.map(rule), houses: groups[0]?.length ?? 0 };
}

/** All solutions: house by house and thing by thing, each thing with the places that are left to it. */
function solutions({ groups, rules, houses }: ReturnType<typeof read>): Map<string, number>[] {
  const things = groups.flatMap((group) => group.map((name) => ({ name, group })));
  const found: Map<string, number>[] = [];
  const isAllowed = (places: Map<string, number>, name: string): boolean =>
    rules.every(({ things: [a, b], allows }) => {
      if (a !== name && b !== name) return true;
      const [x, y] = [places.get(a), b === undefined ? 0 : places.get(b)];
      return x === undefined || y === undefined || allows(x, y);
    });
  const search = (places: Map<string, number>): void => {
    const options = things
      .filter(({ name }) => !places.has(name))
      .map(({ name, group }) => ({
        name,
        left: Array.from({ length: houses }, (_, place) => place)
          .filter((place) => group.every((other) => places.get(other) !== place))
          .map((place) => new Map(places).set(name, place))
          .filter((next) => isAllowed(next, name)),
      }));
    const tightest = options.sort((a, b) => a.left.length - b.left.length)[0];
    if (!tightest) found.push(places);
    else tightest.left.forEach(search);
  };
  search(new Map());
  return found;
}

function solve(input: string): { places: Map<string, number>; names: string[] } {
  const puzzle = read(input);
  const all = solutions(puzzle);
  const places = all.length === 1 ? (all[0] ?? new Map<string, number>()) : new Map<string, number>();
  const names = [...(puzzle.groups[0] ?? [])].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  return { places, names };
}

const clues = ({ input }: SampleJson): number => read(input).rules.length;
const SEEDS = [1, 2, 3];

it('every puzzle has one solution, found by constraint search, and the target is in it', () => {
  expectSolvable(
    logicGridsV1,
    {
      place(input) {
        const thing = new RegExp(`where ${WHO} lives\\?$`).exec(input)?.[1] ?? '';
        return String((solve(input).places.get(thing) ?? NaN) + 1);
      },
      name(input) {
        const thing = new RegExp(`name of ${WHO}\\?$`).exec(input)?.[1] ?? '';
        const { places, names } = solve(input);
        return names[places.get(thing) ?? NaN] ?? 'none';
      },
      row: (input) => solve(input).names.join(', '),
    },
    { place: clues, name: clues, row: clues },
    SEEDS,
  );
});

it('no clue can be left out', () => {
  for (const { input } of logicGridsV1.generate(7, 'mixed')) {
    const puzzle = read(input);
    for (const one of puzzle.rules) {
      const rules = puzzle.rules.filter((other) => other !== one);
      expect(solutions({ ...puzzle, rules }).length).toBeGreaterThan(1);
    }
  }
});
