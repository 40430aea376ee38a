/**
 * Which of a table's drawn rows shows which of its data, each by its number: rows that stay in view stay where they are (and
 * keep the focus), the others show what has come into view, because writing new text is half the work of making new elements.
 * @param before what the previous call gave.
 * @param indices of the data in view, ascending.
 */
export function slotsOf(
  before: ReadonlyMap<number, number>,
  indices: readonly number[],
): Map<number, number> {
  const taken = new Set(indices.map((index) => before.get(index)));
  let free = -1;
  const nextFree = () => {
    do free++;
    while (taken.has(free));
    return free;
  };
  return new Map(indices.map((index) => [index, before.get(index) ?? nextFree()]));
}
