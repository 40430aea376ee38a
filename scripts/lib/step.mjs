/**
 * Runs `action` behind a line that ends with how long it took; in a terminal the time counts.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function step(label, action) {
  const started = performance.now();
  const seconds = (/** @type {number} */ digits) =>
    `${((performance.now() - started) / 1000).toFixed(digits)} s`;
  const { stderr: out } = process;
  out.write(`${label} … `);
  const ticking = out.isTTY ? setInterval(() => out.write(`\r${label} … ${seconds(0)} `), 1000) : undefined;
  try {
    const result = await action();
    out.write(`${out.isTTY ? `\r${label} … ` : ''}${seconds(1)}\n`);
    return result;
  } catch (error) {
    out.write('failed\n');
    throw error;
  } finally {
    clearInterval(ticking);
  }
}
