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

  it('name every field that is wrong', async () => {
    const answer = await service.post('/api/v1/agents', { name: '', adapter: 1, extra: true });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: any) => error.path)).toEqual(
      expect.arrayContaining(['name', 'adapter']),
    );
    expect(answer.body.detail).toMatch(/\/docs/);
  });
});
