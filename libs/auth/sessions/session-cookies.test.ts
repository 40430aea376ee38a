import { describe, expect, it } from 'vitest';
import { accessCookieOf, NO_SESSION_COOKIES, refuseCrossSite, sessionCookies } from './session-cookies.js';

const host = 'bench.example.com';

describe('cookies of a session', () => {
  it('are for this host, over https, out of reach of scripts and of other sites', () => {
    for (const line of [...sessionCookies('a', 'r', 60), ...NO_SESSION_COOKIES]) {
      expect(line).toMatch(
        /^__Host-aibench_(access|refresh)=[ar]?; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Strict$/,
      );
      expect(line).not.toMatch(/Domain/);
    }
  });

  it.each([
    ['POST', { 'sec-fetch-site': 'same-origin' }],
    ['GET', { 'sec-fetch-site': 'none' }],
    ['GET', {}],
    ['POST', { origin: 'https://bench.example.com' }],
  ])('are taken from %s with %j', (method, headers) => {
    expect(() => refuseCrossSite({ method, headers: { host, ...headers } })).not.toThrow();
  });

  it.each([
    ['POST', {}],
    ['POST', { 'sec-fetch-site': 'cross-site' }],
    ['GET', { 'sec-fetch-site': 'cross-site' }],
    ['POST', { 'sec-fetch-site': 'same-site' }],
    ['POST', { 'sec-fetch-site': 'cross-site', origin: 'https://bench.example.com' }],
    ['POST', { origin: 'https://evil.example.com' }],
    ['GET', { origin: 'https://evil.example.com' }],
    ['POST', { origin: 'null' }],
    ['POST', { origin: 'https://bench.example.com.evil.example' }],
  ])('are refused from %s with %j', (method, headers) => {
    const cookie = 'theme=dark; __Host-aibench_access=token';
    expect(() => accessCookieOf({ method, headers: { host, cookie, ...headers } })).toThrow(/another site/);
  });

  it('are found among others, by their whole name', () => {
    const of = (cookie: string) => accessCookieOf({ method: 'GET', headers: { host, cookie } });
    expect(of('a=b; __Host-aibench_access=x.y.z; c=d')).toBe('x.y.z');
    expect(of('X__Host-aibench_access=x; __Host-aibench_access=')).toBeUndefined();
    expect(of('')).toBeUndefined();
  });
});
