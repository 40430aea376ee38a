/** What a benchmark of another tool says and ours does not: nothing is dropped in silence. */
export interface Omission {
  /** Dotted path in the file. */
  key: string;
  /** A sentence: what becomes of it, and what to do. */
  reason: string;
}
