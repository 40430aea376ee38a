import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const CHROMIUM = '/usr/bin/chromium';
const PAGE = 'https://dashboard.example.org';

describe('what browsers may do', () => {
  let service: TestService;
  const call = (path: string, origin: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${service.url}${path}`, { ...init, headers: { origin, ...init.headers } });

  beforeAll(async () => {
    service = await startTestService({ CORS_ORIGINS: PAGE });
  });
  afterAll(() => service.close());

  it.each(['/health', '/docs', '/api/v1/agents', '/api/v1/nothing'])(
    'is said with every answer, as of %s',
    async (path) => {
      const { headers } = await service.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'self';/);
      expect(policy).toMatch(/object-src 'none'.*frame-ancestors 'none'/);
      // Scripts fall back on default-src: files of ours alone.
      expect(policy.split(';').filter((part) => part.includes('unsafe'))).toEqual([
        "style-src 'self' 'unsafe-inline'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('leaves the docs without a script that stands in the page', async () => {
    const { body } = await service.get('/docs');
    const scripts = [...(body as string).matchAll(/<script([^>]*)>([^<]*)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(1);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toMatch(/ src="\.\/docs\//);
      expect(text?.trim()).toBe('');
    }
    expect(body).not.toMatch(/ on\w+=/);
  });

  it.skipIf(!existsSync(CHROMIUM))('lets the docs be seen in Chromium', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'aibench-chromium-'));
    onTestFinished(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
    const { stdout } = await promisify(execFile)(
      CHROMIUM,
      [...args, '--virtual-time-budget=30000', '--dump-dom', `${service.url}/docs`],
      { maxBuffer: 64 * 1024 * 1024, timeout: 80_000 },
    );
    expect(stdout).toContain('AI Benchmark Service');
    expect(stdout.match(/class="opblock /g)?.length).toBeGreaterThan(50);
  });

  it('lets pages of the operator’s choice read, and no others', async () => {
    const mine = await call('/health', PAGE);
    expect(mine.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(mine.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(mine.headers.get('access-control-allow-credentials')).toBeNull();
    const other = await call('/health', 'https://elsewhere.example.org');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const asked = await call('/api/v1/agents', PAGE, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
  });
});
