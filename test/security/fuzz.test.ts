import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bearer,
  keyWith,
  login,
  PASSWORD,
  signIn,
  userWith,
  type SignedInClient,
} from '#test/support/identity';
import { ADMIN } from '#test/support/identity-env';
import { startTestService, type TestService } from '#test/support/service';
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver';
import { AnswerCheck } from './answer-check.js';
import { recordFuzzing } from './attack-log.js';
import { makeFixture, type Fixture } from './fixture.js';
import { Requests, type MadeUpRequest } from './fuzz/requests.js';
import { isGuarded, nameOf, operationsOf, type Operation } from './operations.js';

/** Of each operation. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 200);
/** The same requests each time, but for the ids of what there is. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_128);
/** An answer that takes longer is none: something hangs. */
const PATIENCE_MS = 30_000;

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
const operations = operationsOf(document);

/** What made-up requests do not get through, with reason. */
const CLOSED: Record<string, string> = {
  'POST /api/v1/auth/setup': 'works while there are no users',
  'POST /api/v1/benchmarks/import': 'reads from a folder of the operator, of which there is none',
  'POST /api/v1/runs/{run_id}/retry': 'wants a run that has ended with errors',
  'POST /api/v1/score-sets/{score_set_id}/cancel': 'wants a score set that has not ended',
};

/** What ends a session ends one that nothing else is asked with. */
const ENDING = ['auth/logout', 'auth/password', 'auth/me/erase'].map((what) => `/api/v1/${what}`);

const BUDGETS = ['READS', 'WRITES', 'RUNS', 'IMPORTS', 'STRANGERS'];

/** What removes comes last, for the sake of those who want to find it. */
const removes = ({ method, path }: Operation): boolean => method === 'DELETE' || path.endsWith('/archive');
const reads = ({ method }: Operation): boolean => method === 'GET';
const PHASES: [string, Operation[]][] = [
  ['reading', operations.filter(reads)],
  ['writing', operations.filter((operation) => !reads(operation) && !removes(operation))],
  ['removing', operations.filter(removes)],
];

describe(`made-up requests, seed ${SEED}`, { timeout: 600_000 }, () => {
  const check = new AnswerCheck(document);
  let service: TestService;
  let receiver: WebhookReceiver;
  let admin: SignedInClient;
  let fixture: Fixture;
  let requests: Requests;
  let silent: Silence;
  /** By path, of those that have one of their own. */
  const tokens = new Map<string, string>();
  const tally = { cases: 0, breaches: 0, answered: new Map<string, number>() };

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    service = await startTestService({
      AUTH_MODE: 'token',
      OUTBOUND_ALLOWED: '127.0.0.0/8',
      // request-limits.test.ts tries these.
      ...Object.fromEntries(BUDGETS.map((budget) => [`RATE_LIMIT_${budget}`, '1000000'])),
    });
    admin = await signIn(service);
    fixture = await makeFixture(admin, receiver.url);
    Object.assign(fixture.known, await people(service, admin), { url: [receiver.url] });
    tokens.set('', admin.token);
    for (const path of ENDING) tokens.set(path, (await userWith(service, 'admin', admin)).token);
    requests = new Requests(document.components.schemas, fixture);
  });
  afterAll(async () => {
    recordFuzzing(tally.cases, tally.breaches);
    await service?.close();
    await receiver?.close();
    silent?.close();
  });

  const send = async (operation: Operation, { method, url, headers, payload }: MadeUpRequest) => {
    const answer = await (service.app as NestFastifyApplication).inject({
      method: method as 'GET',
      url,
      headers: { ...bearer(tokens.get(operation.path) ?? tokens.get('')!), ...headers },
      // Wrong passwords are counted by it.
      remoteAddress: `192.0.2.${operations.indexOf(operation)}`,
      ...(payload !== undefined && { payload }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return {
      status: answer.statusCode,
      type: String(answer.headers['content-type'] ?? ''),
      body: answer.rawPayload.toString(),
    };
  };

  async function fuzz(operation: Operation): Promise<void> {
    await fc
      .assert(
        fc.asyncProperty(requests.of(operation), async (request) => {
          const answer = await send(operation, request);
          tally.cases++;
          const breach =
            request.unsigned && isGuarded(operation) && answer.status !== 401
              ? `${answer.status} for a request that is nobody's`
              : check.breachOf(operation, answer);
          if (breach) throw new Error(breach);
          const key = nameOf(operation);
          if (answer.status < 300) tally.answered.set(key, (tally.answered.get(key) ?? 0) + 1);
        }),
        { numRuns: CASES, seed: SEED },
      )
      .catch((error: unknown) => {
        tally.breaches++;
        throw error;
      });
  }

  describe.each(PHASES)('%s', (phase, all) => {
    // Not while reading: the events of such a run do not end.
    if (phase === 'writing')
      beforeAll(async () => {
        silent = await startSilence();
        fixture.known['run_id']?.push(await unfinishedRun(admin, silent.url));
      });
    it.concurrent.each(all.map((operation) => [nameOf(operation), operation] as const))(
      '%s',
      (_, operation) => fuzz(operation),
    );
  });

  it('get through as well as they are refused', () => {
    const closed = operations.map(nameOf).filter((name) => !tally.answered.has(name) && !(name in CLOSED));
    // With other ids other requests are made, and of a few operations none may get through.
    expect(closed.length, closed.join()).toBeLessThanOrEqual(operations.length / 20);
  });
});

interface Silence {
  url: string;
  close(): void;
}

/** Takes calls, and answers none. */
async function startSilence(): Promise<Silence> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => server.close().closeAllConnections(),
  };
}

/** @returns its id. Its one trial waits. */
async function unfinishedRun(admin: SignedInClient, base_url: string): Promise<string> {
  const agent = { name: 'fixture-silent', adapter: 'openai', model: 'silent', settings: { base_url } };
  const made = await admin.post('/api/v1/agents', agent);
  const run = await admin.post('/api/v1/runs', {
    benchmark: 'fixture',
    agents: ['fixture-silent'],
    limit: 1,
  });
  if (run.status !== 202) throw new Error(JSON.stringify([made.body, run.body]));
  return run.body.id as string;
}

/** Those whom routes of people may name, and what they prove who they are with. */
async function people(service: TestService, admin: SignedInClient): Promise<Record<string, string[]>> {
  const viewer = await userWith(service, 'viewer', admin);
  const forgetful = await userWith(service, 'viewer', admin);
  const made = async (path: string, body = {}): Promise<any> =>
    (await admin.post(`/api/v1/${path}`, body)).body;
  const guest = await made('members', { email: 'guest@example.com', role: 'viewer' });
  const { token: invitation } = (await made('members', { email: 'other@example.com', role: 'viewer' }))
    .invitation;
  const { token: reset } = await made(`members/${forgetful.userId}/password-reset`);
  await keyWith(service, ['benchmark:read'], admin);
  const { items: keys } = (await admin.get('/api/v1/api-keys')).body;
  return {
    api_key_id: [keys[0].id],
    current_password: [PASSWORD],
    email: [ADMIN.email, 'newcomer@example.com'],
    invitation_id: [guest.invitation.id],
    password: [ADMIN.password, PASSWORD],
    refresh_token: [(await login(service, ADMIN)).refresh_token],
    token: [invitation, reset],
    user_id: [viewer.userId!],
    workspace_id: [admin.workspaceId],
  };
}
