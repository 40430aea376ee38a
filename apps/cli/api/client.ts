import createClient, { type Client } from 'openapi-fetch';
import { CliError, messageOf } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { paths } from './schema.js';
import type { Problem } from './types.js';

export interface Server {
  url: string;
  apiKey?: string | undefined;
}

/** The REST API of one server. Its methods throw CliError for whatever is not a success: see `answerOf`. */
export type Api = Client<paths>;

export function connect({ url, apiKey }: Server): Api {
  const api = createClient<paths>({
    baseUrl: url,
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
  });
  api.use({
    onResponse: async ({ response, request }) => {
      if (!response.ok) throw await refusalOf(response, request.method, url, apiKey !== undefined);
      return undefined;
    },
    onError: ({ error }) => (error instanceof CliError ? error : unreachable(url, error)),
  });
  return api;
}

/** The body of a successful answer; what is no success was thrown on the way. */
export async function answerOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

export function unreachable(url: string, error: unknown): CliError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as NodeJS.ErrnoException;
  const reason = messageOf(cause) || code || 'no answer';
  return new CliError(
    EXIT.unreachable,
    `No answer from ${url}: ${reason}. Is the service running there? Start one with \`npm start\`, name another by ` +
      '--url or AIBENCH_URL, or use --local, which starts one by itself. `aibench doctor` looks for the cause.',
    { code: 'unreachable' },
  );
}

async function refusalOf(
  response: Response,
  method: string,
  url: string,
  hadKey: boolean,
): Promise<CliError> {
  const { status } = response;
  const what = `${method} ${new URL(response.url || url).pathname}`;
  const isJson = response.headers.get('content-type')?.includes('json');
  const problem = isJson ? ((await response.json().catch(() => ({}))) as Partial<Problem>) : {};
  const said = problem.detail ?? problem.title ?? response.statusText;
  return new CliError(
    status >= 500 || status === 429 ? EXIT.unreachable : EXIT.usage,
    problem.code === undefined && status === 404
      ? `${url} has no ${what}: it is no AI Benchmark Service, or another version of it.`
      : `${said}${adviceFor(status, url, hadKey)}${status >= 500 ? ` (${what} answered ${status})` : ''}`,
    {
      code: problem.code ?? `http_${status}`,
      status,
      findings: (problem.errors ?? []).map(
        ({ message, path, line }) =>
          `${line === undefined ? '' : `line ${line}: `}${path ? `${path}: ` : ''}${message}`,
      ),
    },
  );
}

function adviceFor(status: number, url: string, hadKey: boolean): string {
  if (status === 401)
    return hadKey
      ? ` The key was refused by ${url}: it may be revoked, expired, or another server's. Sign in anew: \`aibench login ${url}\`.`
      : ` Sign in with an API key: \`aibench login ${url}\`, or set AIBENCH_API_KEY.`;
  if (status === 403) return ' `aibench doctor` lists what your key may do.';
  return '';
}
