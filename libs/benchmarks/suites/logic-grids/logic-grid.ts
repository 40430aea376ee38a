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

/** Places as bits, house 0 the lowest. */
type Places = number;

/** Where a thing can be, given where the one that it is compared with can be. */
type Reach = (others: Places) => Places;

const leftOf: Reach = (others) => (1 << (31 - Math.clz32(others))) - 1;
const rightOf: Reach = (others) => ~((others & -others) * 2 - 1);
const itself: Reach = (others) => others;
const beside: Reach = (others) => (others << 1) | (others >> 1);
const isOne = (places: Places): boolean => (places & (places - 1)) === 0;
const elsewhere: Reach = (others) => (isOne(others) ? ~others : ~0);

/** Two things by number, and where the first can be for the second. */
type Link = readonly [a: number, b: number, reach: Reach];

/** For the two things of a clue. */
const REACHES: Record<Exclude<Relation, 'is_at' | 'is_not_at'>, readonly [Reach, Reach]> = {
  same: [itself, itself],
  left_of: [leftOf, rightOf],
  directly_left_of: [(others) => others >> 1, (others) => others << 1],
  next_to: [beside, beside],
};

/** Takes away, until nothing changes, what the links do not allow; false where a thing has no place left. */
function narrow(places: Places[], links: readonly Link[]): boolean {
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [a, b, reach] of links) {
      const before = places[a] ?? 0;
      const after = before & reach(places[b] ?? 0);
      if (after === 0) return false;
      if (after === before) continue;
      places[a] = after;
      isChanged = true;
    }
  }
  return true;
}

/** Whether exactly one grid fits: tries the places that are left to a thing, until a second grid is found. */
function isUnique(clues: readonly Clue[], attributes: number, houses: number): boolean {
  const idOf = ({ attribute, value }: Thing): number => attribute * houses + value;
  const all = 2 ** houses - 1;
  const start = Array.from({ length: attributes * houses }, () => all);
  const links: Link[] = [];
  for (const { relation, a, b } of clues) {
    const id = idOf(a);
    if (relation === 'is_at' || relation === 'is_not_at') {
      const place = 1 << Number(b);
      start[id] = (start[id] ?? 0) & (relation === 'is_at' ? place : ~place);
    } else {
      const [ofA, ofB] = REACHES[relation];
      const other = idOf(b as Thing);
      links.push([id, other, ofA], [other, id, ofB]);
    }
  }
  for (let a = 0; a < start.length; a++) {
    const first = a - (a % houses);
    for (let b = first; b < first + houses; b++) if (a !== b) links.push([a, b, elsewhere]);
  }
  let found = 0;
  const search = (places: Places[]): void => {
    if (!narrow(places, links)) return;
    const open = places.findIndex((left) => !isOne(left));
    if (open === -1) found++;
    for (let left = places[open] ?? 0; left !== 0 && found < 2; left &= left - 1) {
      search(places.with(open, left & -left));
    }
  };
  search(start);
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
  const places = Array.from({ length: houses }, (_, place) => place);
  const grid = Array.from({ length: attributes }, () => random.shuffle(places));
  const pool = random.shuffle(trueClues(grid, relations));
  let [tooFew, enough] = [0, pool.length];
  while (enough - tooFew > 1) {
    const size = Math.floor((tooFew + enough) / 2);
    if (isUnique(pool.slice(0, size), attributes, houses)) enough = size;
    else tooFew = size;
  }
  let clues = pool.slice(0, enough);
  for (const clue of clues) {
    const fewer = clues.filter((other) => other !== clue);
    if (isUnique(fewer, attributes, houses)) clues = fewer;
  }
  return { grid, clues };
}
