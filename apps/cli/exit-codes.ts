/** What the exit code says, for every command. docs/cli.md has the same list. */
export const EXIT = {
  /** It did what it was asked for; a gate passed. */
  pass: 0,
  /** A gate or a benchmark's threshold failed, a run failed, or doctor found something wrong. */
  fail: 1,
  /** The command line, or what it asks of the server, is wrong: mend it and try again. */
  usage: 2,
  /** The data decide nothing, or the run ended early. */
  inconclusive: 3,
  /** No answer from the server, or none that it is to blame for. */
  unreachable: 4,
  /** A mistake of the program itself. */
  bug: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** By the decision of a gate. */
export const EXIT_BY_DECISION = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
} as const;
