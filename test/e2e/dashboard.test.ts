import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { SpawnedService } from '#test/support/spawned-service';

/** The built service: beside the sources is only what the dashboard is made of. */
describe('the dashboard of the built service', () => {
  let service: SpawnedService;
  let url: string;
  let html: string;

  beforeAll(async () => {
    service = await SpawnedService.create({ AUTH_MODE: 'token' });
    ({ url } = await service.start());
    html = await (await fetch(url)).text();
  });
  afterAll(() => service.remove());

  it.each(['/', '/sign-in', '/runs/any/samples/a%2Fb', '/no/such/page'])(
    'gives its one page at %s to whoever asks, under its policy',
    async (path) => {
      const answer = await fetch(`${url}${path}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      const policy = answer.headers.get('content-security-policy');
      expect(policy).toMatch(/^default-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(await answer.text()).toBe(html);
    },
  );

  it('asks no other host, and has no script in the page itself', () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(address).toMatch(/^\/(?!\/)/);
    for (const [, text] of html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)) expect(text).toBe('');
    expect(html).not.toMatch(/<style| on\w+=/);
  });

  it.each(['gzip', 'br'])('sends its assets as %s, to be kept for good', async (encoding) => {
    const assets = [...html.matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThanOrEqual(2);
    for (const path of assets) {
      const { statusCode, headers, body } = await request(`${url}${path}`, {
        headers: { 'accept-encoding': encoding },
      });
      await body.dump();
      expect(statusCode).toBe(200);
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it.each(['/api/v1/nothing', '/api/nothing', '/docs/nothing', '/assets/nothing.js'])(
    'gives no page at %s',
    async (path) => {
      const answer = await fetch(`${url}${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    },
  );

  it('reads nothing that takes a session', async () => {
    expect((await fetch(`${url}/api/v1/runs`)).status).toBe(401);
  });
});
