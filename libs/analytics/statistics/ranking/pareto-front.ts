/**
 * The places of the points that no other point dominates: none is at least as good in every objective and better in one.
 * Equal points are on the front together. A point with an unknown value is left out.
 * @param points of each the value for each objective
 * @param directions which way each objective is better
 */
export function paretoFront(
  points: readonly (readonly (number | null)[])[],
  directions: readonly ('higher' | 'lower')[],
): number[] {
  const known = points.flatMap((point, place) => {
    const gains = directions.map((direction, i) => {
      const value = point[i] ?? NaN;
      return direction === 'higher' ? value : -value;
    });
    return gains.some(Number.isNaN) ? [] : [{ place, gains }];
  });
  const dominates = (a: number[], b: number[]): boolean =>
    a.every((gain, i) => gain >= (b[i] as number)) && a.some((gain, i) => gain > (b[i] as number));
  return known
    .filter(({ gains }) => !known.some((other) => dominates(other.gains, gains)))
    .map(({ place }) => place);
}
