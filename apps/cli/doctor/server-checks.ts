import { answerOf, connect, type Api } from '../api/client.js';
import { identify } from '../api/identity.js';
import { CliError, messageOf } from '../cli-error.js';
import type { CliEnvironment } from '../environment.js';
import { chooseServer, type GlobalOptions } from '../session.js';
import { ok, problem, warning, type Finding } from './finding.js';

const PATIENCE_MS = 10_000;
const SKEW_LIMIT_S = 60;

/** What to do about each part that /ready says is down. */
const READY_FIXES: Record<string, string> = {
  database: 'Start Postgres, or mend DATABASE_URL of the service; its log has the reason.',
  queue: 'Start Redis, or mend REDIS_URL of the service.',
  draining: 'The process is being stopped: ask another one, or wait for its successor.',
};

/** What runs need of them. */
const NEEDED = ['run:write', 'results:read'];

/** The server that commands would talk to, down to its agents. */
export async function checkServer(
  options: GlobalOptions,
  environment: CliEnvironment,
  withAgents: boolean,
): Promise<Finding[]> {
  const server = await chooseServer(options, environment).catch(() => undefined);
  if (server === undefined) return [];
  const alive = await checkAlive(server.url);
  if (alive[0]?.state === 'problem') return alive;
  const api = connect(server);
  const key = await checkKey(api, server.url, server.apiKey !== undefined);
  const mayCall = key.state !== 'problem';
  return [
    ...alive,
    ...(await checkReady(server.url)),
    key,
    ...(withAgents && mayCall ? await checkAgents(api) : []),
  ];
}

async function checkAlive(url: string): Promise<Finding[]> {
  const fix =
    'Start the service there (`npm start`), or name another: --url, AIBENCH_URL, `aibench login <url>`.';
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = (await response.json().catch(() => undefined)) as { status?: string } | undefined;
    if (!response.ok || body?.status === undefined)
      return [problem('server', `${url} answers, but is no AI Benchmark Service (${response.status})`, fix)];
    return [ok('server', `${url} answers`), clockOf(response.headers.get('date'), Date.now())];
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return [problem('server', `${url} does not answer: ${messageOf(cause) || 'no connection'}`, fix)];
  }
}

/** @param date of the answer, to the second */
export function clockOf(date: string | null, nowMs: number): Finding {
  const skew = date === null ? 0 : Math.round((nowMs - Date.parse(date)) / 1000);
  if (Math.abs(skew) <= SKEW_LIMIT_S) return ok('clock', "agrees with the server's");
  return warning(
    'clock',
    `This clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} the server's`,
    'Let both be set by NTP: tokens expire by these clocks.',
  );
}

async function checkReady(url: string): Promise<Finding[]> {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return [ok('ready', 'database, migrations and queue are there')];
    const { details = {} } = (await response.json()) as {
      details?: Record<string, { status: string; message?: string }>;
    };
    const down = Object.entries(details).filter(([, { status }]) => status !== 'up');
    return down.map(([part, { message }]) =>
      problem(part, message ?? 'is down', READY_FIXES[part] ?? "The service's log has the reason."),
    );
  } catch (error) {
    return [problem('ready', `${url}/ready: ${messageOf(error)}`, "Look into the service's log.")];
  }
}

async function checkKey(api: Api, url: string, hasKey: boolean): Promise<Finding> {
  const fix = `Sign in with a good one: \`aibench login ${url}\`, or set AIBENCH_API_KEY.`;
  try {
    const { workspace, permissions } = await identify(api);
    const whose = workspace === null ? '' : `, workspace ${workspace}`;
    if (permissions === null) return ok('key', hasKey ? 'is good' : 'none, and none is needed');
    const missing = NEEDED.filter((permission) => !permissions.includes(permission));
    return missing.length === 0
      ? ok('key', `may ${permissions.join(', ')}${whose}`)
      : warning(
          'key',
          `may not ${missing.join(', ')}${whose}`,
          'Have an admin make a key with these permissions.',
        );
  } catch (error) {
    if (error instanceof CliError && error.details.status === 401)
      return problem(
        'key',
        hasKey ? 'The server refuses it' : 'There is none, and the server wants one',
        fix,
      );
    return problem('key', messageOf(error), fix);
  }
}

async function checkAgents(api: Api): Promise<Finding[]> {
  const { items } = await answerOf(api.GET('/api/v1/agents', { params: { query: { limit: 100 } } }));
  const findings: Finding[] = [];
  // The newest version of each stands first.
  for (const name of new Set(items.map((agent) => agent.name))) findings.push(await checkAgent(api, name));
  return findings.length > 0 ? findings : [ok('agents', 'there are none')];
}

async function checkAgent(api: Api, agent: string): Promise<Finding> {
  const check = `agent ${agent}`;
  try {
    const {
      ok: works,
      problems,
      error,
    } = await answerOf(api.POST('/api/v1/agents/{agent}/check', { params: { path: { agent } } }));
    if (works) return ok(check, 'answers');
    const variables = problems.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
    return problem(
      check,
      [...problems.map(({ message }) => message), ...(error ? [error.message] : [])].join(' '),
      variables.length > 0
        ? `Set ${variables.join(', ')} in the environment of the service and start it anew.`
        : 'Mend its settings: the same name with others is its next version.',
    );
  } catch (error) {
    return problem(check, messageOf(error), 'Its settings and the log of the service tell more.');
  }
}
