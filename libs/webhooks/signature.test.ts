import { expect, it } from 'vitest';
import { newSecret, signedHeaders } from './signature.js';

it('signs as the Standard Webhooks libraries do (their published vector)', () => {
  const headers = signedHeaders(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1614265330_999),
    '{"test": 2432232314}',
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('makes secrets of the length that the specification asks for, each another', () => {
  const [one, other] = [newSecret(), newSecret()];
  expect(one).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
  expect(Buffer.from(one.slice(6), 'base64').length).toBeGreaterThanOrEqual(24);
  expect(one).not.toBe(other);
});
