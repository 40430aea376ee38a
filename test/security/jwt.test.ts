import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, login, PASSWORD, signIn, userWith, type SignedInClient } from '#test/support/identity';
import { ADMIN, TEST_IDENTITY } from '#test/support/identity-env';
import { clientOf, startTestService, type TestService } from '#test/support/service';

const [NOW, BEFORE] = TEST_IDENTITY.JWT_KEYS.split(',').map((key) => key.slice(key.indexOf(':') + 1)) as [
  string,
  string,
];

const ATTACKER = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1000);

/** How a token is made; what is left out is as the service makes it. */
interface Forgery {
  header?: object;
  claims?: object;
  secret?: string | KeyObject;
  algorithm?: string;
  signature?: string;
}

describe('forged access tokens', () => {
  let service: TestService;
  let admin: SignedInClient;
  let viewer: SignedInClient;
  let own: Record<string, unknown>;
  beforeAll(async () => {
    service = await startTestService({ AUTH_MODE: 'token' });
    admin = await signIn(service);
    viewer = await userWith(service, 'viewer');
    own = JSON.parse(Buffer.from(admin.token.split('.')[1]!, 'base64url').toString());
  });
  afterAll(() => service.close());

  function forge({ header, claims, secret = NOW, algorithm = 'sha256', signature }: Forgery): string {
    const head = encode({ alg: 'HS256', typ: 'at+jwt', kid: 'now', ...header });
    const body = encode({ ...own, ...claims });
    const made = createHmac(algorithm, secret).update(`${head}.${body}`).digest('base64url');
    return `${head}.${body}.${signature ?? made}`;
  }

  const ask = (token: string) => clientOf(service.url, bearer(token)).get('/api/v1/agents');

  it('are told from real ones by what is wrong in them alone', async () => {
    expect((await ask(forge({}))).status).toBe(200);
    expect((await ask(forge({ header: { kid: 'before' }, secret: BEFORE }))).status).toBe(200);
  });

  const rs256 = (): string => {
    const text = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 'now' })}.${encode(own)}`;
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(ATTACKER.privateKey)).toString('base64url')}`;
  };
  const part = (token: string, place: number): string => token.split('.')[place]!;

  const FORGERIES: Record<string, () => string | Promise<string>> = {
    'alg none, without a signature': () => forge({ header: { alg: 'none' }, signature: '' }),
    'alg None, without a signature': () => forge({ header: { alg: 'None' }, signature: '' }),
    'alg none, with our signature': () => forge({ header: { alg: 'none' } }),
    'alg as a list': () => forge({ header: { alg: ['HS256'] } }),
    'RS256 by a key of their own': rs256,
    'HS256 with a public key for the secret': () => forge({ secret: ATTACKER.publicKey }),
    'HS512 with the right secret': () => forge({ header: { alg: 'HS512' }, algorithm: 'sha512' }),
    'a kid that there is not': () => forge({ header: { kid: 'other' } }),
    'the kid of another key': () => forge({ header: { kid: 'before' } }),
    'no kid': () => forge({ header: { kid: undefined } }),
    'a kid that is a path, and an empty secret': () =>
      forge({ header: { kid: '../../../../../../dev/null' }, secret: '' }),
    'a kid that is SQL': () => forge({ header: { kid: "x' UNION SELECT 'a' --" }, secret: 'a' }),
    'a kid that every object has': () => forge({ header: { kid: '__proto__' }, secret: '' }),
    'a kid that is an object': () => forge({ header: { kid: { toString: 'now' } } }),
    'a key in its own header': () =>
      forge({
        header: { jwk: createPublicKey(ATTACKER.publicKey).export({ format: 'jwk' }) },
        secret: ATTACKER.publicKey,
      }),
    'a key that is to be fetched (jku)': () => forge({ header: { jku: `${service.url}/docs-json` } }),
    'a certificate that is to be fetched (x5u)': () => forge({ header: { x5u: 'http://127.0.0.1:1/' } }),
    'a critical extension': () => forge({ header: { crit: ['exp'] } }),
    'an expiry that has passed': () =>
      forge({ claims: { iat: now() - 960, nbf: now() - 960, exp: now() - 60 } }),
    'no expiry': () => forge({ claims: { exp: undefined } }),
    'an expiry far off, of long ago': () =>
      forge({ claims: { iat: now() - 3600, nbf: now() - 3600, exp: now() + 1e8 } }),
    'an expiry that is a text': () => forge({ claims: { exp: '9999999999' } }),
    'a time that is to come (nbf)': () => forge({ claims: { nbf: now() + 600 } }),
    'no nbf': () => forge({ claims: { nbf: undefined } }),
    'another audience': () => forge({ claims: { aud: 'other' } }),
    'no audience': () => forge({ claims: { aud: undefined } }),
    'another issuer': () => forge({ claims: { iss: 'https://evil.example.com' } }),
    'the type of other JWTs': () => forge({ header: { typ: 'JWT' } }),
    'the type of a refresh token': () => forge({ header: { typ: 'rt+jwt' } }),
    'no type': () => forge({ header: { typ: undefined } }),
    'another person under the same signature': () => {
      const claims = encode({ ...own, sub: viewer.userId });
      return [part(admin.token, 0), claims, part(admin.token, 2)].join('.');
    },
    "another person in the admin's session, well signed": () => forge({ claims: { sub: viewer.userId } }),
    'a workspace that they are not in, well signed': () => forge({ claims: { wid: viewer.userId } }),
    'no session': () => forge({ claims: { sid: undefined } }),
    'ids that are no ids': () => forge({ claims: { sub: "' OR 1=1 --", sid: '*', wid: '' } }),
    'an empty signature': () => forge({ signature: '' }),
    'a signature cut short': () => admin.token.slice(0, -2),
    'two parts only': () => admin.token.split('.').slice(0, 2).join('.'),
    'a fourth part': () => `${admin.token}.x`,
    'a header that is no JSON': () => `bm90IGpzb24.${part(admin.token, 1)}.${part(admin.token, 2)}`,
    'claims that are no object': () => {
      const text = `${part(admin.token, 0)}.${encode('admin')}`;
      return `${text}.${createHmac('sha256', NOW).update(text).digest('base64url')}`;
    },
    'eight kilobytes': () => forge({ claims: { padding: 'x'.repeat(6000) } }),
    'a refresh token': async () => (await login(service, ADMIN)).refresh_token,
    'a password': () => PASSWORD.replaceAll(' ', '-'),
  };

  it.each(Object.entries(FORGERIES))('are refused with %s', async (_name, make) => {
    const { status, body, headers } = await ask(await make());
    expect({ status, code: body.code }).toEqual({
      status: 401,
      code: expect.stringMatching(/access_token|session_ended/),
    });
    expect(body.detail).toMatch(/Sign in|Get another/i);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="aibench", error="invalid_token"');
    expect((await ask(admin.token)).status).toBe(200);
  });

  it('are refused in other places of the request, too', async () => {
    const { url } = service;
    const status = async (headers: Record<string, string>, query = ''): Promise<number> =>
      (await clientOf(url, headers).get(`/api/v1/agents${query}`)).status;
    expect(await status({})).toBe(401);
    expect(await status({}, `?access_token=${admin.token}`)).toBe(401);
    expect(await status({ authorization: admin.token })).toBe(401);
    expect(await status({ authorization: `Basic ${admin.token}` })).toBe(401);
    expect(await status({ authorization: 'Bearer' })).toBe(401);
    expect(await status({ authorization: `Bearer ${admin.token}, Bearer x` })).toBe(401);
    expect((await clientOf(url).get('/api/v1/agents')).headers.get('www-authenticate')).toBe(
      'Bearer realm="aibench"',
    );
  });
});
