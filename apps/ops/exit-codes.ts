/** What the exit code says. docs/operations/backup-and-restore.md has the same list. */
export const EXIT = {
  /** Done, and nothing wrong was found. */
  ok: 0,
  /** It failed; of verify and drill: what was found is damaged, or differs. */
  failed: 1,
  /** The command line or the environment is wrong. */
  usage: 2,
  /** Of status: something is overdue, or its last try failed. */
  overdue: 3,
} as const;
