import type { SeededRandom } from '#libs/common';

/** Something that one house has, such as the drink tea. */
export interface Thing {
  attribute: number;
  value: number;
}

/** What a clue says about the places of two things; the last two are about one thing and a number. */
export type Relation = 'same' | 'left_of' | 'directly_left_of' | 'next_to' | 'is_at' | 'is_not_at';

export interface Clue {
  relation: Relation;
  a: Thing;
  /** The other thing, or the place, counted from 0. */
  b: Thing | number;
}

/** For each attribute, the place of each of its values. */
export type Grid = number[][];

const placeOf = (grid: Grid, { attribute, value }: Thing): number => grid[attribute]?.[value] ?? NaN;

function holds({ relation, a, b }: Clue, grid: Grid): boolean {
  const x = placeOf(grid, a);
  const y = typeof b === 'number' ? b : placeOf(grid, b);
  switch (relation) {
    case 'same':
    case 'is_at':
      return x === y;
    case 'is_not_at':
      return x !== y;
    case 'left_of':
      return x < y;
    case 'directly_left_of':
      return x + 1 === y;
    case 'next_to':
      return Math.abs(x - y) === 1;
  }
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, at) => rest.toSpliced(at, 0, count - 1)),
  );
}

/** The last attribute that a clue is about: once it is placed, the clue can be judged. */
const lastAttribute = ({ a, b }: Clue): number =>
  typeof b === 'number' ? a.attribute : Math.max(a.attribute, b.attribute);

/** Whether exactly one grid fits: tries all, attribute by attribute, until a second one is found. */
function isUnique(clues: readonly Clue[], attributes: number, orders: number[][]): boolean {
  const ripe = Array.from({ length: attributes }, (_, i) =>
    clues.filter((clue) => lastAttribute(clue) === i),
  );
  let found = 0;
  const place = (grid: Grid): void => {
    if (grid.length === attributes) found++;
    else {
      for (const order of orders) {
        if (found > 1) return;
        const next = [...grid, order];
        if (ripe[grid.length]?.every((clue) => holds(clue, next))) place(next);
      }
    }
  };
  place([]);
  return found === 1;
}

/** Every true clue of these relations, between things of different attributes or about a thing and a place. */
function trueClues(grid: Grid, relations: readonly Relation[]): Clue[] {
  const things = grid.flatMap((places, attribute) => places.map((_, value) => ({ attribute, value })));
  const places = (grid[0] ?? []).map((_, place) => place);
  const othersOf = (a: Thing, relation: Relation): (Thing | number)[] => {
    if (relation === 'is_at' || relation === 'is_not_at') return places;
    const isSymmetric = relation === 'same' || relation === 'next_to';
    return things.filter((b) => (isSymmetric ? a.attribute < b.attribute : a.attribute !== b.attribute));
  };
  return relations
    .flatMap((relation) => things.flatMap((a) => othersOf(a, relation).map((b) => ({ relation, a, b }))))
    .filter((clue) => holds(clue, grid));
}

/**
 * A grid of `houses` places for `attributes` attributes, and clues that only it fits, none of which can be left out.
 */
export function drawPuzzle(
  random: SeededRandom,
  houses: number,
  attributes: number,
  relations: readonly Relation[],
): { grid: Grid; clues: Clue[] } {
  const orders = permutations(houses);
  const grid = Array.from({ length: attributes }, () => random.pick(orders));
  const pool = random.shuffle(trueClues(grid, relations));
  let [tooFew, enough] = [0, pool.length];
  while (enough - tooFew > 1) {
    const size = Math.floor((tooFew + enough) / 2);
    if (isUnique(pool.slice(0, size), attributes, orders)) enough = size;
    else tooFew = size;
  }
  let clues = pool.slice(0, enough);
  for (const clue of clues) {
    const fewer = clues.filter((other) => other !== clue);
    if (isUnique(fewer, attributes, orders)) clues = fewer;
  }
  return { grid, clues };
}
