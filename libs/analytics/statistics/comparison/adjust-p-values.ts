/** The known p-values with their places, smallest first. */
function ascending(pValues: readonly (number | null)[]): { value: number; index: number }[] {
  return pValues
    .flatMap((value, index) => (value === null ? [] : [{ value, index }]))
    .sort((a, b) => a.value - b.value);
}

/**
 * P-values that keep the chance of any false positive among all tests at the level; Holm 1979, "A Simple Sequentially
 * Rejective Multiple Test Procedure", Scand. J. Statist. 6(2). Valid however the tests depend on each other.
 * @param pValues null where a test could not be made: it stays null and is not counted
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const adjusted = [...pValues];
  const order = ascending(pValues);
  let largest = 0;
  order.forEach(({ value, index }, rank) => {
    largest = Math.max(largest, Math.min(1, value * (order.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * P-values that keep the expected share of false positives among the positives at the level; Benjamini & Hochberg 1995,
 * "Controlling the False Discovery Rate", JRSS B 57(1). Valid for independent or positively dependent tests.
 * @param pValues null where a test could not be made: it stays null and is not counted
 */
export function benjaminiHochberg(pValues: readonly (number | null)[]): (number | null)[] {
  const adjusted = [...pValues];
  const order = ascending(pValues);
  let smallest = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const { value, index } = order[rank - 1] as { value: number; index: number };
    smallest = Math.min(smallest, (value * order.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}
