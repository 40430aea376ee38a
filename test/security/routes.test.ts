import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '#apps/api';
import { permissionsOf, ROLES, type Permission } from '#libs/auth';
import { bearer, keyWith, otherWorkspace, signIn, userWith } from '#test/support/identity';
import { TEST_IDENTITY } from '#test/support/identity-env';
import { startTestService, type TestService } from '#test/support/service';
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver';
import { recordRoutes } from './attack-log.js';
import { makeFixture } from './fixture.js';
import { isGuarded, nameOf, operationsOf, type Operation } from './operations.js';

/** What is everybody's, so that no other workspace's may be meant. */
const OF_ALL = ['suite'];

/** Of the whole service, and so for admins of its first workspace. */
const OF_SERVICE = /^\/api\/v1\/maintenance/;

/** Where people find what they themselves asked for. */
const OWN_RECORD = /^\/api\/v1\/(audit|auth\/me\/data)/;

/** For everybody, and with reason. */
const PUBLIC = [
  'GET /health',
  'GET /ready',
  'GET /metrics',
  'GET /api/v1/schemas/benchmark.json',
  'POST /api/v1/auth/setup',
  'POST /api/v1/auth/invitation',
  'POST /api/v1/auth/password/reset',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
];

/** What serves no handler of ours, with what a stranger gets. The board is there only with its password. */
const OUTSIDE: Record<string, number> = { '/docs': 200, '/docs-json': 200, '/admin/queues': 404 };

const BUDGETS = ['READS', 'WRITES', 'RUNS', 'IMPORTS', 'STRANGERS'];

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const NOBODYS = randomUUID();

interface Reply {
  status: number;
  body: string;
}

describe('who gets through which route', { timeout: 300_000 }, () => {
  let service: TestService;
  let receiver: WebhookReceiver;
  let operations: Operation[];
  let schemas: Record<string, { examples?: unknown[] }>;
  /** By name of a path's parameter; an id where there is one. */
  let known: Record<string, string>;
  /** All ids of the workspace. */
  let ids: string[];
  const token: Record<string, string> = {};
  const narrow = new Map<Permission, string>();
  let checks = 0;
  const breaches: string[] = [];

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    service = await startTestService({
      AUTH_MODE: 'token',
      OUTBOUND_ALLOWED: '127.0.0.0/8',
      // request-limits.test.ts tries these.
      ...Object.fromEntries(BUDGETS.map((budget) => [`RATE_LIMIT_${budget}`, '100000'])),
    });
    const document = openApiDocument(service.app);
    operations = operationsOf(document);
    schemas = document.components?.schemas as typeof schemas;
    const admin = await signIn(service);
    const fixture = await makeFixture(admin, receiver.url);
    for (const role of ROLES) token[role] = (await userWith(service, role, admin)).token;
    token.other = (await otherWorkspace(service)).token;
    token.expired = expired(admin.token);
    token.narrow = (await keyWith(service, ['audit:read'], admin)).token;
    token.reader = (await keyWith(service, ['benchmark:read'], admin)).token;
    narrow.set('audit:read', token.reader);
    token.admin = admin.token;
    const viewer = await userWith(service, 'viewer', admin);
    const invited = await admin.post('/api/v1/members', { email: 'guest@example.com', role: 'viewer' });
    const { body: keys } = await admin.get('/api/v1/api-keys?limit=100');
    token.revoked = (await keyWith(service, ['admin:full'], admin)).token;
    const { body: newest } = await admin.get('/api/v1/api-keys?limit=100');
    const revoked = newest.items.find(({ id }: any) => !keys.items.some((key: any) => key.id === id));
    await admin.fetch(`/api/v1/api-keys/${revoked.id}`, 'DELETE', {});
    const more = {
      workspace_id: [admin.workspaceId],
      user_id: [viewer.userId ?? ''],
      invitation_id: [invited.body.invitation.id as string],
      api_key_id: [keys.items[0].id as string],
    };
    const all = { ...fixture.known, ...more };
    known = Object.fromEntries(
      Object.entries(all).map(([name, values]) => [
        name,
        values.find((value) => UUID.test(value)) ?? values[0]!,
      ]),
    );
    known['benchmarks'] = 'fixture@2,fixture@1';
    ids = Object.values(all)
      .flat()
      .filter((value) => UUID.test(value) && value !== admin.workspaceId);
  });
  afterAll(async () => {
    recordRoutes(operations?.length ?? 0, checks, breaches.length);
    await service?.close();
    await receiver?.close();
  });

  /** @param given a parameter's value. */
  const urlOf = ({ path, parameters }: Operation, given: (name: string) => string): string => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given(name)));
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && parameter.required)
      .map(({ name }) => [name, QUERY[name] ?? given(name)])
      .concat(Object.entries(MORE[path] ?? {}));
    return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled;
  };
  const real = (name: string): string => {
    const value = known[name];
    if (value === undefined)
      throw new Error(`The fixture has no "${name}": give it one, so that routes can be tried.`);
    return value;
  };
  const unknown = (name: string): string => (UUID.test(real(name)) ? NOBODYS : real(name));

  async function ask(
    operation: Operation,
    url: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Reply> {
    const isForm = Object.keys(operation.requestBody?.content ?? {}).join() === 'multipart/form-data';
    const payload = isForm
      ? '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n{}\r\n--b--\r\n'
      : JSON.stringify(body ?? {});
    const answer = await (service.app as NestFastifyApplication).inject({
      method: operation.method,
      url,
      headers: {
        ...headers,
        ...(operation.method !== 'GET' && {
          'content-type': isForm ? 'multipart/form-data; boundary=b' : 'application/json',
        }),
      },
      ...(operation.method !== 'GET' && { payload }),
    });
    return { status: answer.statusCode, body: answer.body };
  }

  /** A body that is valid, so that whose it is decides. */
  const bodyOf = ({ requestBody, method, path }: Operation): unknown => {
    const name = nameOf({ method, path } as Operation);
    if (name in BODIES) return BODIES[name];
    const ref: string | undefined = requestBody?.content['application/json']?.schema.$ref;
    return schemas[ref?.split('/').at(-1) ?? '']?.examples?.[0];
  };

  const refuses = (operation: Operation, what: string, wanted: number, { status, body }: Reply): void => {
    checks++;
    if (status !== wanted) breaches.push(`${nameOf(operation)}, ${what}: ${status} ${body.slice(0, 200)}`);
  };
  const guarded = (): Operation[] => operations.filter(isGuarded);
  const demanding = (): (Operation & { access: Permission })[] =>
    guarded().filter(({ access }) => access !== 'signed_in') as (Operation & { access: Permission })[];
  const found = async (look: () => Promise<void>): Promise<void> => {
    const before = breaches.length;
    await look();
    expect(breaches.slice(before)).toEqual([]);
  };

  it('is said of every route, and the public ones are known', () => {
    expect(
      operations
        .filter((operation) => !isGuarded(operation))
        .map(nameOf)
        .sort(),
    ).toEqual([...PUBLIC].sort());
  });

  it('is nobody without valid credentials', () =>
    found(async () => {
      for (const operation of guarded()) {
        const url = urlOf(operation, real);
        refuses(operation, 'anonymous', 401, await ask(operation, url, {}));
        for (const who of ['expired', 'revoked'])
          refuses(operation, who, 401, await ask(operation, url, bearer(token[who]!)));
      }
    }));

  it('is nobody whose key has other scopes', () =>
    found(async () => {
      for (const operation of demanding()) {
        const key = narrow.get(operation.access) ?? token.narrow!;
        refuses(operation, 'wrong scope', 403, await ask(operation, urlOf(operation, real), bearer(key)));
      }
    }));

  it('is nobody whose role may do less', () =>
    found(async () => {
      for (const operation of demanding())
        for (const role of ROLES.filter((role) => !permissionsOf(role).has(operation.access)))
          refuses(operation, role, 403, await ask(operation, urlOf(operation, real), bearer(token[role]!)));
    }));

  it('is nobody of another workspace, who does not even learn that something is there', () =>
    found(async () => {
      for (const operation of guarded()) {
        const names = operation.parameters
          .filter((parameter) => parameter.in === 'path' || (parameter.in === 'query' && parameter.required))
          .map(({ name }) => name)
          .filter((name) => !OF_ALL.includes(name) && !(name in QUERY))
          // A secret that is set anew under somebody else's name is another one.
          .filter((name) => !(name === 'name' && operation.method === 'PUT'));
        const body = bodyOf(operation);
        if (OF_SERVICE.test(operation.path)) {
          const theirs = await ask(operation, urlOf(operation, real), bearer(token.other!), body);
          refuses(operation, 'other workspace', 403, theirs);
        } else if (names.length > 0) {
          const theirs = await ask(operation, urlOf(operation, real), bearer(token.other!), body);
          const nobodys = await ask(operation, urlOf(operation, unknown), bearer(token.other!), body);
          refuses(operation, 'other workspace', 404, theirs);
          if (anonymous(theirs.body) !== anonymous(nobodys.body))
            breaches.push(`${nameOf(operation)} tells theirs from nobody's: ${theirs.body} ${nobodys.body}`);
        } else if (operation.method === 'GET') {
          const { status, body: text } = await ask(operation, urlOf(operation, real), bearer(token.other!));
          checks++;
          // What they asked for above is on their own record.
          const seen = OWN_RECORD.test(operation.path) ? [] : ids.filter((id) => text.includes(id));
          if (status >= 400 || seen.length > 0)
            breaches.push(`${nameOf(operation)} of another workspace: ${status}, shows ${seen.join()}`);
        }
      }
    }));

  it('is nobody of another workspace who names an id in a body', () =>
    found(async () => {
      for (const [name, body] of Object.entries(REFERRING)) {
        const operation = operations.find((one) => nameOf(one) === name)!;
        refuses(
          operation,
          'id in a body',
          404,
          await ask(operation, operation.path, bearer(token.other!), body(real)),
        );
      }
    }));

  it('is whoever may: the same requests work for an admin', () =>
    found(async () => {
      for (const operation of guarded().filter(({ method }) => method === 'GET')) {
        const { status, body } = await ask(operation, urlOf(operation, real), bearer(token.admin!));
        if (status !== 200) breaches.push(`${nameOf(operation)}, admin: ${status} ${body.slice(0, 200)}`);
      }
    }));

  it('is nobody who wants more than a hundred items of a list at once', () =>
    found(async () => {
      const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
      expect(lists.length).toBeGreaterThan(10);
      for (const operation of lists) {
        const url = new URL(urlOf(operation, real), 'http://api');
        url.searchParams.set('limit', '101');
        const answer = await ask(operation, `${url.pathname}${url.search}`, bearer(token.admin!));
        refuses(operation, '101 at once', 422, answer);
      }
    }));

  it('is known of what has no handler of ours', async () => {
    for (const [path, status] of Object.entries(OUTSIDE))
      expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, status]);
    const inside = new Set(operations.map(({ path }) => path.replace(/\{(\w+)\}/g, ':$1')));
    const others = routesOf(service).filter(
      (path) => !inside.has(path) && !/^\/docs(\/|-json|-yaml|$)/.test(path),
    );
    expect(others).toEqual([]);
  });

  /** The same answer but for what it is about and its own number. */
  const anonymous = (body: string): string => {
    if (!body.startsWith('{')) return body;
    const { request_id: _, ...problem } = JSON.parse(body);
    return (
      Object.values(known)
        .concat(NOBODYS)
        .filter((value) => UUID.test(value))
        // Of several that are not there, the first to be looked up is named.
        .concat('fixture@2', 'fixture@1')
        .reduce((text, id) => text.replaceAll(id, '<id>'), JSON.stringify(problem))
    );
  };
});

/** What a query has to have though no parameter alone is required. */
const MORE: Record<string, Record<string, string>> = {
  '/api/v1/analytics/power': { variance_between: '0.1', samples: '10' },
};

/** Required parameters of a query that name nothing of anybody's. */
const QUERY: Record<string, string> = { from: '1', to: '2', reason: 'Right.' };

const BODIES: Record<string, unknown> = {
  'PATCH /api/v1/members/{user_id}': { role: 'viewer' },
  'POST /api/v1/runs/{run_id}/retry': {},
  'POST /api/v1/runs/{run_id}/labels': {
    labels: [{ agent: 'fixture-calculator', sample_id: 'one', scorer: 'right', rater: 'ada', value: 1 }],
  },
};

/** Routes without an id in their path that take one in their body. */
const REFERRING: Record<string, (id: (name: string) => string) => object> = {
  'POST /api/v1/runs': (id) => ({ benchmark: id('benchmark'), agents: [id('agent')] }),
  'POST /api/benchmark/run': (id) => ({ benchmark: id('benchmark'), agents: [id('agent')] }),
  'POST /api/v1/analytics/gate': (id) => ({
    candidate: id('candidate'),
    baseline: id('baseline'),
    rules: [{ metric: 'score', tolerance: 0.1 }],
  }),
};

/** The token as it is an hour after its end. */
function expired(token: string): string {
  const [header = '', claims = ''] = token.split('.');
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const old = {
    ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
    iat: hourAgo - 900,
    exp: hourAgo,
  };
  const text = `${header}.${Buffer.from(JSON.stringify(old)).toString('base64url')}`;
  const [secret = ''] = TEST_IDENTITY.JWT_KEYS.split(',').map((key) => key.slice(key.indexOf(':') + 1));
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** All that the HTTP server answers, from the tree that it prints: a level is four characters deep. */
function routesOf(service: TestService): string[] {
  const paths: string[] = [];
  const above: string[] = [];
  const tree = (service.app as NestFastifyApplication).getHttpAdapter().getInstance().printRoutes();
  for (const line of tree.split('\n')) {
    const [, indent = '', part = '', methods] = /^([\s│]*[├└]── )(\S+)(?: \((.+)\))?/.exec(line) ?? [];
    if (part === '') continue;
    const depth = indent.length / 4 - 1;
    above[depth] = part;
    if (methods) paths.push(above.slice(0, depth + 1).join(''));
  }
  return paths.filter((path) => path !== '*' && path !== '/*');
}
