/** Where not everybody can have one, the next get theirs after so long. */
const TURN_MS = 5000;

/**
 * Divides a limit by max-min fairness (Bertsekas and Gallager, "Data Networks", 6.5.2): nobody gets more than it asks
 * for while another goes short. What nobody asks for is divided evenly among them and one who may come, so that a little
 * more demand, and a newcomer's first calls, are served at once. With fewer than one for each, they take turns.
 * @param demands by member, each at least 0.
 */
export function fairShares(limit: number, demands: [string, number][], now: number): Map<string, number> {
  const asking = demands.filter(([, demand]) => demand > 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const count = asking.length;
  if (limit < count) {
    const turn = Math.floor(now / TURN_MS);
    return new Map(asking.map(([id], index) => [id, (index + turn) % count < limit ? 1 : 0]));
  }
  asking.sort(([, a], [, b]) => a - b);
  let left = limit;
  const shares = asking.map(([id, demand], index): [string, number] => {
    const share = Math.min(demand, Math.floor(left / (count - index)));
    left -= share;
    return [id, share];
  });
  return new Map(
    shares.map(([id, share], index) => {
      const extra = Math.floor(left / (count - index + 1));
      left -= extra;
      return [id, share + extra];
    }),
  );
}
