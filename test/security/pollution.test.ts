import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';
import { recordAttack } from './attack-log.js';
import { operationsOf } from './operations.js';

type Json = Record<string, any>;

const scoring = { scorers: [{ type: 'exact' }] };
const sample = { id: 'a', input: 'i', target: 't' };
const benchmark = { name: 'b', samples: [sample], scoring };
/** As JSON text, since an object literal would set its prototype. */
const withMember = (body: object, member: string): string =>
  `${JSON.stringify(body).slice(0, -1)},${member}}`;

const POISON = [
  '"__proto__":{"polluted":true}',
  '"__proto__":null',
  '"\\u005f_proto__":{"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"constructor":1',
];
const NESTED = POISON.slice(0, 4).map((member) => `{${member}}`);

/** Nothing that all objects inherit may have changed, whatever was sent. */
const isPolluted = (): boolean => {
  for (const _ in {}) return true;
  return 'polluted' in {} || 'polluted' in Object || 'polluted' in [];
};

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

describe('members that change what objects inherit', () => {
  afterEach(() => expect(isPolluted()).toBe(false));

  const ROUTES: [string, object][] = [
    ['/api/v1/benchmarks', benchmark],
    ['/api/v1/agents', { name: 'x', adapter: 'baseline', model: 'random' }],
    ['/api/v1/runs', { benchmark: 'b', agents: ['x'] }],
    ['/api/v1/webhooks', { url: 'https://93.184.215.14/' }],
    ['/api/benchmark/run', { benchmark: 'b', agents: ['x'] }],
    ['/api/v1/benchmarks/import', { name: 'x', scoring, files: [{ path: 'x' }] }],
  ];

  it('are refused in bodies with their path, at the top and below', async () => {
    const cases = [
      ...ROUTES.flatMap(([path, body]) => POISON.map((member) => [path, withMember(body, member)] as const)),
      ...NESTED.flatMap((nested) => [
        [
          '/api/v1/benchmarks',
          withMember({ name: 'b', scoring }, `"samples":[${withMember(sample, `"metadata":${nested}`)}]`),
        ] as const,
        [
          '/api/v1/agents',
          withMember({ name: 'x', adapter: 'baseline', model: 'random' }, `"settings":${nested}`),
        ] as const,
        ['/api/v1/runs', withMember({ benchmark: 'b', agents: ['x'] }, `"config":${nested}`)] as const,
      ]),
    ];
    const taken: string[] = [];
    for (const [path, body] of cases) {
      const answer = await service.post(path, body);
      const { code, errors } = answer.body as Json;
      const named = /(__proto__|constructor)$/.test(errors?.[0]?.path ?? '');
      if (answer.status !== 400 || code !== 'forbidden_member' || !named)
        taken.push(`${path} ${body}: ${answer.status} ${code}`);
    }
    recordAttack('prototype pollution: bodies', cases.length, taken.length);
    expect(taken).toEqual([]);
  });

  it('are refused in the options of uploads and in YAML', async () => {
    const yaml = (member: string) =>
      `name: y\nscoring: { scorers: [{ type: exact }] }\nsamples: [{ id: a, input: i, target: t, metadata: { ${member} } }]\n`;
    const members = [
      '__proto__: { polluted: true }',
      '"__proto__": { polluted: true }',
      'constructor: { prototype: { polluted: true } }',
    ];
    const statuses: number[] = [];
    for (const member of POISON) {
      const form = new FormData();
      form.append('options', withMember({ name: 'u', scoring }, member));
      form.append('file', new Blob([JSON.stringify(sample)]), 'f.jsonl');
      statuses.push(
        (await fetch(`${service.url}/api/v1/benchmarks/upload`, { method: 'POST', body: form })).status,
      );
    }
    for (const member of members) {
      const headers = { 'content-type': 'application/yaml' };
      const answer = await fetch(`${service.url}/api/v1/benchmarks`, {
        method: 'POST',
        headers,
        body: yaml(member),
      });
      statuses.push(answer.status);
    }
    recordAttack(
      'prototype pollution: options and YAML',
      statuses.length,
      statuses.filter((status) => status !== 400).length,
    );
    expect(statuses).toEqual(statuses.map(() => 400));
  });

  it('in the rows of files are data or refused, and never inherited', async () => {
    const row = (member: string) => withMember(sample, member);
    const parquet = Buffer.from(
      parquetWriteBuffer({
        columnData: [
          ...Object.entries(sample).map(([name, value]) => ({ name, data: [value] })),
          { name: '__proto__', data: ['{"polluted":true}'] },
          { name: 'constructor', data: ['x'] },
        ],
      }),
    );
    const files: [string, string | Buffer][] = [
      ...POISON.map((member): [string, string] => ['rows.jsonl', row(member)]),
      ...NESTED.map((nested): [string, string] => ['rows.jsonl', row(`"metadata":${nested}`)]),
      ...NESTED.map((nested): [string, string] => ['rows.json', `[${row(`"metadata":${nested}`)}]`]),
      ['rows.csv', 'id,input,target,__proto__\na,i,t,x\n'],
      ['rows.csv', 'id,input,target,constructor\na,i,t,x\n'],
      ['rows.csv', 'id,input,target,__proto__.polluted\na,i,t,true\n'],
      ['rows.csv', 'id,input,target,metadata\na,i,t,"{""__proto__"":{""polluted"":true}}"\n'],
      ['rows.parquet', parquet],
      ['rows.jsonl.gz', gzipSync(row(POISON[0]!))],
    ];
    const mappings = [undefined, { metadata: ['__proto__', 'constructor', 'metadata'] }];
    const bad: string[] = [];
    for (const [i, [name, data]] of files.entries()) {
      for (const mapping of mappings) {
        const form = new FormData();
        form.append(
          'options',
          JSON.stringify({ name: `f-${i}-${mapping ? 'm' : 'p'}`, scoring, ...(mapping && { mapping }) }),
        );
        form.append('file', new Blob([new Uint8Array(Buffer.from(data))]), name);
        const answer = await fetch(`${service.url}/api/v1/benchmarks/upload`, { method: 'POST', body: form });
        if (answer.status >= 500 || isPolluted())
          bad.push(`${name} ${String(data).slice(0, 80)}: ${answer.status}`);
      }
    }
    recordAttack('prototype pollution: rows of files', files.length * mappings.length, bad.length);
    expect(bad).toEqual([]);
  });
});

describe('members that only the server sets', () => {
  const OWNED = [
    'id',
    'workspace_id',
    'created_at',
    'updated_at',
    'status',
    'version',
    'content_hash',
    'deleted_at',
    'created_by',
    'progress',
  ];

  it('are refused in every body of the document, and named', async () => {
    const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as Json;
    const taken: string[] = [];
    let tried = 0;
    for (const { method, path, requestBody } of operationsOf(document as never)) {
      if (!requestBody) continue;
      const content: Json = requestBody.content;
      const { 'application/json': json, 'multipart/form-data': form } = content;
      const $ref: string | undefined = json?.schema.$ref;
      const schema = $ref ? document.components.schemas[$ref.split('/').at(-1)!] : {};
      const options = form?.schema.properties?.options?.example;
      // A file that comes without options has no members.
      if (!json && options === undefined) continue;
      const body = json ? (schema.examples?.[0] ?? {}) : JSON.parse(options);
      const url = path.replace(/\{\w+\}/g, 'FIXTURE');
      for (const member of OWNED.filter((name) => !(name in (schema.properties ?? {})))) {
        const sent = { ...body, [member]: 'ours' };
        const answer = json
          ? await service.fetch(url, method, sent)
          : await service.upload(url, '{}\n', sent, method);
        const { code, detail } = answer.body as Json;
        // Nobody is signed in here, and there is no run: where either is asked for first, the body is not looked at.
        if (['sign_in_for_this', 'run_not_found'].includes(code)) continue;
        tried += 1;
        if (answer.status !== 400 || code !== 'server_owned_member' || !detail.includes(`"${member}"`))
          taken.push(`${method} ${path} ${member}: ${answer.status} ${code} ${detail}`);
      }
    }
    recordAttack('mass assignment', tried, taken.length);
    expect(taken).toEqual([]);
    expect(tried).toBeGreaterThan(200);
  });

  it('are in no schema of a body, and what a schema does not name is refused', async () => {
    const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as Json;
    const open: string[] = [];
    let objects = 0;
    const walk = (given: Json, at: string, within: Json[]): void => {
      const schema = given.$ref ? document.components.schemas[given.$ref.split('/').at(-1)] : given;
      if (typeof schema !== 'object' || schema === null || within.includes(schema)) return;
      const inner = [...within, schema];
      if (schema.properties) {
        objects += 1;
        if (schema.additionalProperties !== false) open.push(at);
      }
      for (const [name, member] of Object.entries(schema.properties ?? {}))
        walk(member as Json, `${at}.${name}`, inner);
      for (const key of ['anyOf', 'oneOf', 'allOf']) {
        for (const part of schema[key] ?? []) walk(part, at, inner);
      }
      for (const key of ['items', 'additionalProperties']) {
        if (typeof schema[key] === 'object') walk(schema[key], `${at}[]`, inner);
      }
    };
    for (const [path, methods] of Object.entries<Json>(document.paths)) {
      for (const [method, operation] of Object.entries<Json>(methods)) {
        // The parts of a form are not members of one object.
        const { 'multipart/form-data': _form, ...contents } = operation.requestBody?.content ?? {};
        for (const { schema } of Object.values<Json>(contents)) walk(schema, `${method} ${path}`, []);
      }
    }
    expect(objects).toBeGreaterThan(50);
    expect(open).toEqual([]);
  });
});
