/** For each test null where it passed after `program`, else why not. */
export type RunTests = (program: string, tests: string[], signal: AbortSignal) => Promise<(string | null)[]>;
