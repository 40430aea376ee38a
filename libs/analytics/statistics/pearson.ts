/**
 * Correlation of paired values, in [−1, 1]: Pearson 1895, "Note on Regression and Inheritance in the Case of Two
 * Parents", Proc. R. Soc. 58. Computed in two passes, so that a large common offset costs no digits.
 * @returns null where it is not defined: fewer than two pairs, one side all equal, or values that are not finite or
 * whose squared deviations overflow or vanish in doubles
 * @throws RangeError when the sides differ in length
 */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) throw new RangeError(`${x.length} values do not pair with ${y.length}.`);
  if (isConstant(x) || isConstant(y)) return null;
  const dx = deviations(x);
  const dy = deviations(y);
  const norm = Math.sqrt(dot(dx, dx)) * Math.sqrt(dot(dy, dy));
  return norm > 0 && norm < Infinity ? Math.min(Math.max(dot(dx, dy) / norm, -1), 1) : null;
}

/** Compared as values: the deviations of equal ones need not round to 0. */
const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

function deviations(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
