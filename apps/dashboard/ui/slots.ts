/**
 * Which of a table's elements shows which row: rows that stay in view keep theirs (and with it the focus, and what their cells
 * hold), the other elements show what has come into view, because writing new text is half the work of making new elements.
 * @param before what the previous call gave.
 * @param ids of the rows in view, in their order.
 */
export function slotsOf(before: ReadonlyMap<string, number>, ids: readonly string[]): Map<string, number> {
  const taken = new Set(ids.map((id) => before.get(id)));
  let free = -1;
  const nextFree = () => {
    do free++;
    while (taken.has(free));
    return free;
  };
  return new Map(ids.map((id) => [id, before.get(id) ?? nextFree()]));
}
