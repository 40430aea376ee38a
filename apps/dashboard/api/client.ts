import { QueryClient } from '@tanstack/react-query';
import createFetchClient from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { paths } from '../../cli/api/schema.js';
import { problemOf, ProblemError } from './problem.js';

const AUTH = '/api/v1/auth/';

/** One renewal for all requests that need it at the same time: a refresh token is good once. */
let renewal: Promise<boolean> | undefined;

async function renewed(): Promise<boolean> {
  renewal ??= fetch(`${AUTH}refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
    .then(({ ok }) => ok)
    .finally(() => (renewal = undefined));
  return renewal;
}

/** As `fetch`, with the cookies of the session, which is renewed once where its access token has ended. */
export async function fetchWithSession(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(request);
  const { pathname } = new URL(request.url);
  const mayRenew = response.status === 401 && (!pathname.startsWith(AUTH) || pathname === `${AUTH}me`);
  if (!mayRenew || !(await renewed())) return response;
  return fetch(again);
}

/** The REST API, typed by its document. Its methods throw ProblemError for whatever is not a success. */
export const api = createFetchClient<paths>({ baseUrl: location.origin, fetch: fetchWithSession });

api.use({
  onResponse: async ({ response }) => {
    if (!response.ok) throw await problemOf(response);
    return undefined;
  },
});

/** The same as hooks of TanStack Query. */
export const query = createQueryClient(api);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the service refused it would refuse again.
      retry: (failures, error) => !(error instanceof ProblemError) && failures < 2,
    },
  },
});
