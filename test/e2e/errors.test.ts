import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

describe('errors', () => {
  let service: TestService;
  beforeAll(
    async () =>
      void (service = await startTestService({ BODY_LIMIT_BYTES: '20000', UPLOAD_LIMIT_BYTES: '50000' })),
  );
  afterAll(() => service.close());

  it('are problem+json with the id of the request, which a caller may choose', async () => {
    const response = await fetch(`${service.url}/api/v1/nothing`, { headers: { 'x-request-id': 'abc-123' } });
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe('abc-123');
    expect(await response.json()).toEqual({
      type: 'urn:aibench:problem:route_not_found',
      title: 'Not Found',
      status: 404,
      detail: expect.stringMatching(/\/api\/v1\/nothing/),
      code: 'route_not_found',
      errors: [],
      request_id: 'abc-123',
    });
    const strange = await fetch(`${service.url}/health`, { headers: { 'x-request-id': 'a b<script>' } });
    expect(strange.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tell of a body that is no JSON, too large, of another type or with a poisoned prototype', async () => {
    expect(await service.post('/api/v1/agents', '{"name": ')).toMatchObject({
      status: 400,
      body: { status: 400 },
    });
    expect(await service.post('/api/v1/agents', { name: 'x'.repeat(30_000) })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
    expect(await service.post('/api/v1/agents', '{"__proto__": {"name": "x"}}')).toMatchObject({
      status: 400,
    });
    const xml = await fetch(`${service.url}/api/v1/agents`, {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: '<agent/>',
    });
    expect(xml.status).toBe(415);
  });

  it('tell of an upload over its limit and store nothing of it', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) =>
      JSON.stringify({ id: `s${i}`, input: 'x', target: 'y' }),
    ).join('\n');
    const options = { name: 'too-large', scoring: { scorers: [{ type: 'exact' }] } };
    const answer = await service.upload('/api/v1/benchmarks/upload', lines, options);
    expect(answer).toMatchObject({ status: 413, body: { code: 'file_too_large' } });
    expect((await service.get('/api/v1/benchmarks/too-large')).status).toBe(404);
  });

  it('tell how an upload is to be made', async () => {
    const path = '/api/v1/benchmarks/upload';
    expect(await service.post(path, {})).toMatchObject({ status: 422, body: { code: 'not_multipart' } });
    expect(await service.upload(path, '{}', { name: 'no-scoring' })).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ path: 'scoring' }] },
    });
    const form = new FormData();
    form.append('options', '{broken');
    form.append('file', new Blob(['x']));
    const broken = await fetch(`${service.url}${path}`, { method: 'POST', body: form });
    expect(await broken.json()).toMatchObject({ status: 422, code: 'invalid_options' });
  });

  it('tell of JSON nested beyond sense, in a body and in the options of an upload', async () => {
    const deep = JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`);
    const refused = { status: 422, body: { code: 'nested_too_deep' } };
    expect(await service.post('/api/v1/agents', { name: deep })).toMatchObject(refused);
    expect(await service.upload('/api/v1/benchmarks/upload', '{}', { tags: deep })).toMatchObject(refused);
  });

  it('tell of text that no row can hold, wherever it stands, and never as a fault of ours', async () => {
    const bench = {
      name: 'nul',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: [{ id: '1', input: 'a', target: 'b' }],
    };
    const answers = await Promise.all([
      service.get('/api/v1/agents/a%00b'),
      service.get('/api/v1/runs?benchmark=%00'),
      service.post('/api/v1/benchmarks', { ...bench, title: '\0' }),
      service.post('/api/v1/benchmarks', { ...bench, description: '\ud800' }),
      service.post('/api/v1/runs', { benchmark: '\0', agents: ['a'] }),
      service.upload('/api/v1/benchmarks/upload', '', { ...bench, samples: undefined, title: '\0' }),
    ]);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 422, body: { code: 'unstorable_text' } });
    const cursor = Buffer.from('[1099511627776]').toString('base64url');
    expect(
      await service.get(`/api/v1/benchmarks/reasoning-v1/versions/1/samples?cursor=${cursor}`),
    ).toMatchObject({
      status: 422,
      body: { code: 'invalid_cursor' },
    });
  });

  it('tell of an upload that breaks off, and of lines nested beyond sense', async () => {
    const path = `${service.url}/api/v1/benchmarks/upload`;
    for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data']) {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '--x\r\nbroken',
      });
      expect(await response.json()).toMatchObject({ status: 422, code: 'broken_upload' });
    }
    const deep = await service.upload('/api/v1/benchmarks/upload', '['.repeat(40_000), {
      name: 'deep',
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(deep).toMatchObject({
      status: 422,
      body: { errors: [{ line: 1, message: expect.stringMatching(/JSON/) }] },
    });
  });

  it('tell of a URL that is none, and of one whose parts are too long', async () => {
    expect(await service.get('/api/v1/agents/%ff')).toMatchObject({
      status: 400,
      body: { status: 400, code: 'bad_request', detail: expect.stringMatching(/valid url/) },
    });
    expect(await service.get(`/api/v1/agents/${'x'.repeat(3000)}`)).toMatchObject({
      status: 414,
      body: { status: 414, title: 'URI Too Long' },
    });
    expect(await service.get(`/api/v1/agents/${'é'.repeat(200)}`)).toMatchObject({
      status: 404,
      body: { code: 'agent_not_found' },
    });
  });

  it('name every field that is wrong', async () => {
    const answer = await service.post('/api/v1/agents', { name: '', adapter: 1, extra: true });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: any) => error.path)).toEqual(
      expect.arrayContaining(['name', 'adapter']),
    );
    expect(answer.body.detail).toMatch(/\/docs/);
  });
});
