/** How long /ready waits for a dependency. */
export const READY_MS = 2000;
