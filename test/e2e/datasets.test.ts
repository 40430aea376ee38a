import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type Answer, type TestService } from '#test/support/service';

const SCORING = { scorers: [{ type: 'exact' }] };
const ROWS = [
  { id: 'a', input: 'one', target: '1', category: 'x' },
  { id: 'b', input: 'two, "2"', target: '2', category: 'y' },
];
const JSONL = ROWS.map((row) => JSON.stringify(row)).join('\n');

const parquetOf = (rows: Record<string, string>[]): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: Object.keys(rows[0] ?? {}).map((name) => ({
        name,
        data: rows.map((row) => row[name] ?? null),
        type: 'STRING',
      })),
    }),
  );

const FILES: Record<string, Buffer | string> = {
  'f.jsonl': JSONL,
  'f.json': JSON.stringify({ rows: ROWS }, null, 2),
  'f.csv': '\ufeffid,input,target,category\r\na,one,1,x\r\nb,"two, ""2""",2,y\r\n',
  'f.tsv': 'id\tinput\ttarget\tcategory\na\tone\t1\tx\nb\t"two, ""2"""\t2\ty\n',
  'f.parquet': parquetOf(ROWS),
};

describe('datasets', () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let service: TestService;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aibench-datasets-'));
    for (const [name, data] of Object.entries(FILES)) {
      await writeFile(join(folder, name), data);
      await writeFile(join(folder, `${name}.gz`), gzipSync(data));
    }
    await symlink('/etc/hostname', join(folder, 'link'));
    server = createServer((request, response) => {
      const path = request.url ?? '';
      const data = FILES[path.slice(1)];
      if (path === '/moved') response.writeHead(302, { location: '/f.csv' }).end();
      else if (path === '/inside') response.writeHead(302, { location: 'http://127.0.0.2:1/f.csv' }).end();
      else if (path === '/round') response.writeHead(302, { location: '/round' }).end();
      else if (path === '/cut') {
        response.writeHead(200, { 'content-length': 1000 }).write('{"id":"a"');
        setTimeout(() => response.destroy(), 20);
      } else response.writeHead(data === undefined ? 404 : 200).end(data);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { DATASET_FOLDER: folder, OUTBOUND_ALLOWED: '127.0.0.1' };
    service = await startTestService(settings);
  });
  afterAll(async () => {
    await service.close();
    server.close().closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const importFiles = (files: object[], options: object = {}): Promise<Answer> =>
    service.post('/api/v1/benchmarks/import', { name: 'imported', scoring: SCORING, files, ...options });
  const upload = (file: Buffer | string, options: object = {}): Promise<Answer> =>
    service.upload('/api/v1/benchmarks/upload', new Blob([new Uint8Array(Buffer.from(file as string))]), {
      name: 'imported',
      scoring: SCORING,
      ...options,
    });

  it('are rehearsed with the prompts or every bad row, and nothing is stored', async () => {
    const options = { name: 'rehearsed', dry_run: true };
    const { status, body } = await upload(JSONL, options);
    expect([status, body.would_create, body.sample_count]).toEqual([200, true, 2]);
    expect(body.prompts[0]).toEqual({ sample_id: 'a', messages: [{ role: 'user', content: 'one' }] });
    const refused = await upload(`{"id":"a"}\n${JSONL}\n{"id":"c"}`, options);
    const lines = new Set(refused.body.errors.map(({ line }: { line: number }) => line));
    expect([refused.status, [...lines]]).toEqual([422, [1, 4]]);
    expect((await service.get('/api/v1/benchmarks/rehearsed')).status).toBe(404);
  });

  it('are one and the same version in every format, compressed or not, from upload, folder and URL', async () => {
    const hashes = new Set<string>();
    for (const [name, data] of Object.entries(FILES)) {
      const answers = [
        await upload(data),
        await upload(gzipSync(data)),
        await importFiles([{ path: name }]),
        await importFiles([{ path: `./${name}.gz` }]),
        await importFiles([{ url: `${origin}/${name}` }]),
      ];
      expect(answers.map(({ status }) => status < 300)).toEqual(answers.map(() => true));
      for (const { body } of answers) hashes.add(body.content_hash);
    }
    expect(hashes.size).toBe(1);
    expect((await importFiles([{ url: `${origin}/moved` }])).status).toBe(200);
    const { body } = await service.get('/api/v1/benchmarks/imported');
    expect(body).toMatchObject({ version: 1, sample_count: 2, splits: [] });
  });

  it('keep the content hash that versions had before there were splits', async () => {
    // SHA-256 over the canonical definition and samples, as versions of this content have it since the first release.
    expect((await upload(JSONL, { name: 'hashed' })).body.content_hash).toBe(HASH);
  });

  it.each([
    [{ path: '../secret' }, 422, 'invalid_path'],
    [{ path: '/etc/passwd' }, 422, 'invalid_path'],
    [{ path: 'link' }, 422, 'invalid_path'],
    [{ path: 'none.jsonl' }, 404, 'dataset_not_found'],
    [{}, 422, 'validation_failed'],
    [{ path: 'f.csv', url: 'http://127.0.0.1' }, 422, 'validation_failed'],
    [{ url: 'file:///etc/passwd' }, 422, 'invalid_url'],
    [{ url: 'http://127.0.0.2:1/f.csv' }, 422, 'address_not_allowed'],
    [{ url: '/inside' }, 422, 'address_not_allowed'],
    [{ url: '/round' }, 422, 'download_failed'],
    [{ url: '/none' }, 422, 'download_failed'],
    [{ url: '/cut' }, 503, 'no_answer'],
  ])('are not read from %j', async (file, status, code) => {
    const url = 'url' in file && file.url.startsWith('/') ? { url: origin + file.url } : {};
    const answer = await importFiles([{ ...file, ...url }], { name: 'refused' });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await service.get('/api/v1/benchmarks/refused')).status).toBe(404);
  });

  it('are refused whole, with the place of every bad row', async () => {
    const bad = parquetOf([...ROWS, { id: 'c', input: 'three' }, ...ROWS.slice(0, 1)]);
    expect((await upload(bad, { name: 'refused' })).body).toMatchObject({
      code: 'invalid_samples',
      good_samples: 2,
      bad_samples: 2,
      detail: expect.stringContaining('The first is row 3.'),
      errors: [
        { row: 3, sample_id: 'c', message: 'target is missing' },
        { row: 4, sample_id: 'a', message: expect.stringContaining('used before') },
      ],
    });
    const json = `[{"id":"a","input":"i","target":"t"},\n{"id":"b","input":"i"}, {"id":}]`;
    expect((await upload(json, { name: 'refused' })).body.errors).toEqual([
      { row: 2, line: 2, path: 'target', sample_id: 'b', message: 'target is missing' },
      { row: 3, line: 2, column: 31, message: 'invalid JSON: value expected' },
    ]);
    expect((await upload(gzipSync(JSONL).subarray(0, 60), { name: 'refused' })).body.code).toBe(
      'invalid_gzip',
    );
    expect(
      (await upload(gzipSync(Buffer.alloc(8 << 20, 'a')), { name: 'refused', format: 'csv' })).body.code,
    ).toBe('invalid_gzip');
    expect((await upload('hello', { name: 'refused' })).body.code).toBe('unknown_format');
    expect((await service.get('/api/v1/benchmarks/refused')).status).toBe(404);
  });

  it('leave no file behind that was spooled', async () => {
    const before = (await readdir(tmpdir())).filter((name) => /^aibench-[0-9a-f-]{36}$/.test(name));
    await upload(gzipSync(FILES['f.parquet'] as Buffer));
    const after = (await readdir(tmpdir())).filter((name) => /^aibench-[0-9a-f-]{36}$/.test(name));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it('have every sample checked by a schema', async () => {
    const schema = { properties: { target: { enum: ['1'] } } };
    expect((await upload(JSONL, { name: 'refused', schema })).body.errors).toEqual([
      {
        line: 2,
        path: 'target',
        sample_id: 'b',
        message: 'schema: target must be equal to one of the allowed values: "1"',
      },
    ]);
    const broken = await upload(JSONL, { name: 'refused', schema: { type: 'text' } });
    expect([broken.status, broken.body.code]).toEqual([422, 'invalid_schema']);
  });

  it('have a split that is scored, and others that runs never meet', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      input: `${i}`,
      target: `${i}`,
      category: i % 3 === 0 ? 'kept' : 'other',
      split: i % 3 === 0 ? 'test' : 'train',
      tags: [`t${i % 2}`],
    }));
    const file = rows.map((row) => JSON.stringify(row)).join('\n');
    const { body } = await upload(file, { name: 'split', split: 'test' });
    expect(body).toMatchObject({
      sample_count: 10,
      categories: [{ name: 'kept', samples: 10 }],
      splits: [
        { name: 'test', samples: 10 },
        { name: 'train', samples: 20 },
      ],
    });
    const samples = '/api/v1/benchmarks/split/versions/1/samples?limit=15';
    const scored = (await service.get(samples)).body.items;
    expect(scored.map((sample: any) => [sample.ordinal, sample.input, sample.split, sample.tags])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i, `${i * 3}`, 'test', [`t${(i * 3) % 2}`]]),
    );
    const train = (await service.get(`${samples}&split=train`)).body;
    const rest = (await service.get(`${samples}&split=train&cursor=${train.next_cursor}`)).body;
    const others = [...train.items, ...rest.items];
    expect(others.map((sample: any) => [sample.ordinal, sample.input])).toEqual(
      rows.filter(({ split }) => split === 'train').map(({ input }) => [null, input]),
    );

    await service.post('/api/v1/agents', {
      name: 'three',
      adapter: 'baseline',
      model: 'constant',
      settings: { answer: '3' },
    });
    const run = await service.post('/api/v1/runs', { benchmark: 'split', agents: ['three'] });
    expect(run).toMatchObject({ status: 202, body: { trials: 10 } });
    const { entries } = await service.finish(run.body.id);
    expect(entries[0].summary.score).toBe(0.1);

    const none = await upload(file, { name: 'refused', split: 'dev' });
    expect(none.body).toMatchObject({
      code: 'no_samples',
      detail: expect.stringMatching(/"dev".*"test" \(10\), "train" \(20\)/),
    });
  });

  it('are made as the page about them shows', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/benchmarks.md'), 'utf8');
    const files = [...page.matchAll(/`(capitals\/[\w.]+)`:\n\n```\w+\n([^`]*)```/g)];
    for (const [, name = '', text = ''] of files) {
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const request = /```json\n([^`]*)```/.exec(page)?.[1] ?? '';
    const answer = await service.post('/api/v1/benchmarks/import', request);
    expect([answer.status, files.length]).toEqual([201, 2]);
    expect(answer.body).toMatchObject({
      sample_count: 3,
      splits: [
        { name: 'test', samples: 3 },
        { name: 'train', samples: 2 },
      ],
    });
    const { body } = await service.get('/api/v1/benchmarks/capitals/versions/1/samples');
    expect(body.items[1]).toMatchObject({
      id: 'test-000003',
      input: 'Japan',
      target: ['Tokyo'],
      category: 'asia',
      tags: ['easy', 'island'],
    });

    await writeFile(join(folder, 'capitals/train.jsonl'), '{"country":"Italy","capital":"rome"}');
    const broken = await service.post('/api/v1/benchmarks/import', request);
    expect(broken.body.errors.slice(0, 2)).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^capitals\/train\.jsonl: schema: .*category/),
        line: 1,
      }),
      expect.objectContaining({
        message: expect.stringMatching(/^capitals\/train\.jsonl: schema: target/),
        line: 1,
      }),
    ]);
  });
});

const HASH = '7ca4858ab88c09850f237015510bab032ebbe246c4b17be0c42ea35079dde26f';
