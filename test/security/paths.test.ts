import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type Answer, type TestService } from '#test/support/service';
import { recordAttack } from './attack-log.js';

const CANARY = 'canary-6d1f0c2a';
const scoring = { scorers: [{ type: 'exact' }] };

/** Names that lead out of a folder, or into what a server has beside it. `OUTSIDE` is a file outside. */
const PATHS = [
  '../outside.jsonl',
  '../../outside.jsonl',
  'sub/../../outside.jsonl',
  './../outside.jsonl',
  '..\\outside.jsonl',
  '..\\..\\outside.jsonl',
  'sub\\..\\..\\outside.jsonl',
  '....//outside.jsonl',
  '..././outside.jsonl',
  '%2e%2e/outside.jsonl',
  '%2e%2e%2foutside.jsonl',
  '..%2foutside.jsonl',
  '..%5coutside.jsonl',
  '%252e%252e%252foutside.jsonl',
  '..%c0%afoutside.jsonl',
  '．．/outside.jsonl',
  '..∕outside.jsonl',
  '\u0000../outside.jsonl',
  'ok.jsonl\u0000../outside.jsonl',
  'OUTSIDE',
  'file://OUTSIDE',
  '/etc/passwd',
  '/proc/self/environ',
  'link.jsonl',
  'linked/outside.jsonl',
  '~/outside.jsonl',
  'C:\\outside.jsonl',
  '//localhost/OUTSIDE',
];

describe('names that lead out of where files are', () => {
  let root: string;
  let service: TestService;
  let untouched: unknown;

  /** What stands outside, and when it was last changed. */
  const outside = async (): Promise<unknown> => [
    (await readdir(root)).sort(),
    await readFile(join(root, 'outside.jsonl'), 'utf8'),
    (await stat(join(root, 'outside.jsonl'))).mtimeMs,
  ];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'aibench-paths-'));
    await mkdir(join(root, 'datasets/sub'), { recursive: true });
    await writeFile(join(root, 'outside.jsonl'), JSON.stringify({ id: 'a', input: CANARY, target: 't' }));
    await writeFile(join(root, 'datasets/ok.jsonl'), '{"id":"a","input":"i","target":"t"}');
    await symlink(join(root, 'outside.jsonl'), join(root, 'datasets/link.jsonl'));
    await symlink(root, join(root, 'datasets/linked'));
    service = await startTestService({ DATASET_FOLDER: join(root, 'datasets') });
    untouched = await outside();
  });
  afterAll(async () => {
    await service.close();
    await rm(root, { recursive: true });
  });

  const paths = (): string[] => PATHS.map((path) => path.replace('OUTSIDE', join(root, 'outside.jsonl')));

  /** Bodies, files and routes in which a name could be one of a file. */
  const bodies: Record<string, (path: string) => Promise<Answer>> = {
    'dataset path': (path) =>
      service.post('/api/v1/benchmarks/import', { name: 'p', scoring, files: [{ path }] }),
    'dataset of a definition': (path) =>
      service.post('/api/v1/benchmarks', {
        name: 'p',
        scoring,
        dataset: { type: 'files', files: [{ path }] },
      }),
    'dataset URL': (path) =>
      service.post('/api/v1/benchmarks/import', { name: 'p', scoring, files: [{ url: path }] }),
    'name of a benchmark': (path) =>
      service.post('/api/v1/benchmarks', {
        name: path,
        scoring,
        samples: [{ id: 'a', input: 'i', target: 't' }],
      }),
    'name of an agent': (path) =>
      service.post('/api/v1/agents', { name: path, adapter: 'baseline', model: 'random' }),
    'command of an agent': (path) =>
      service.post('/api/v1/agents', {
        name: 'c',
        adapter: 'command',
        model: 'm',
        settings: { command: path },
      }),
    'benchmark of a run': (path) => service.post('/api/v1/runs', { benchmark: path, agents: [path] }),
    'benchmark of the short API': (path) =>
      service.post('/api/benchmark/run', { benchmark: path, agents: [path] }),
    'name of an uploaded file': (path) => {
      const form = new FormData();
      form.append('options', JSON.stringify({ name: 'p', scoring }));
      form.append('file', new Blob(['{"id":"a","input":"i","target":"t"}\n']), path);
      return send('/api/v1/benchmarks/upload', { method: 'POST', body: form });
    },
    'include of an lm-eval task': (path) =>
      service.upload('/api/v1/benchmarks/import/lm-eval', '{}', {
        name: 'p',
        task: `include: "${path}"\ndoc_to_text: !function ${path}`,
      }),
    'tests of a promptfoo config': (path) =>
      service.upload(
        '/api/v1/benchmarks/import/promptfoo',
        JSON.stringify({ prompts: [`file://${path}`], tests: `file://${path}` }),
        { name: 'p' },
      ),
  };

  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${service.url}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  it('open nothing by a body', async () => {
    // What may be opened is.
    expect((await bodies['dataset path']?.('ok.jsonl'))?.status).toBe(201);
    const bad: string[] = [];
    for (const [field, call] of Object.entries(bodies)) {
      for (const path of paths()) {
        const { status, body } = await call(path);
        const text = JSON.stringify(body);
        // An address that nobody answers at is no fault of the server.
        if ((status >= 500 && status !== 503) || text.includes(CANARY) || text.includes('root:x'))
          bad.push(`${field} ${path}: ${status}`);
      }
    }
    recordAttack('path traversal: bodies', Object.keys(bodies).length * PATHS.length, bad.length);
    expect(bad).toEqual([]);
    expect(await outside()).toEqual(untouched);
  });

  it('open nothing by a parameter of a route', async () => {
    const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as {
      paths: Record<string, object>;
    };
    const routes = Object.entries(document.paths)
      .filter(([path, methods]) => path.includes('{') && 'get' in methods && !path.endsWith('/events'))
      .map(([path]) => path);
    const bad: string[] = [];
    for (const route of routes) {
      for (const path of paths()) {
        const url = route.replaceAll(/\{\w+\}/g, encodeURIComponent(path));
        const { status, body } = await send(url, {});
        if (status >= 500 || String(body).includes(CANARY) || String(body).includes('root:x'))
          bad.push(`${url}: ${status}`);
      }
    }
    recordAttack('path traversal: routes', routes.length * PATHS.length, bad.length);
    expect(routes.length).toBeGreaterThan(20);
    expect(bad).toEqual([]);
    expect(await outside()).toEqual(untouched);
  });
});
