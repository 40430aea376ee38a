const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What `work` comes to, or 'interrupted' where Ctrl-C or a signal comes first. */
export async function untilInterrupted<T>(work: Promise<T>): Promise<T | 'interrupted'> {
  let stop = (): void => undefined;
  const interrupted = new Promise<'interrupted'>((resolve) => (stop = () => resolve('interrupted')));
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
