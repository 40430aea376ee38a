import type { components } from '../../cli/api/schema.js';

type Problem = components['schemas']['Problem'];

/** Why the service refused, in its own words; `errors` are the places in what was sent. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.name = 'ProblemError';
  }

  get findings(): NonNullable<Problem['errors']> {
    return this.problem.errors ?? [];
  }
}

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ProblemError && error.status === status;

export async function problemOf(response: Response): Promise<ProblemError> {
  const isJson = response.headers.get('content-type')?.includes('json');
  const problem = isJson ? ((await response.json().catch(() => ({}))) as Partial<Problem>) : {};
  return new ProblemError(response.status, problem);
}
