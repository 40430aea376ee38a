import type { z } from 'zod';
import { Unscorable } from '../score.js';

/** Reads what is expected of a trial: from the options, or else from `key` of the sample's metadata. */
export function expectation<T>(type: string, schema: z.ZodType<T>, given: T | undefined, key: string) {
  const problemOf = (metadata: Record<string, unknown> | undefined): string | null => {
    if (given !== undefined) return null;
    const { error } = schema.safeParse(metadata?.[key]);
    if (!error) return null;
    const [issue] = metadata?.[key] === undefined ? [] : error.issues;
    const where = issue && `: ${[key, ...issue.path].join('.')}: ${issue.message}`;
    return `its metadata has no "${key}" that ${type} could expect${where ?? ''}`;
  };
  return {
    read: (metadata: Record<string, unknown> | undefined): T => {
      if (given !== undefined) return given;
      const read = schema.safeParse(metadata?.[key]);
      if (!read.success)
        throw new Unscorable('nothing_expected', `The sample cannot be judged: ${problemOf(metadata)}.`);
      return read.data;
    },
    targetProblem: (_target: string, _choices?: string[], metadata?: Record<string, unknown>) =>
      problemOf(metadata),
  };
}
