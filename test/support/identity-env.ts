import { randomBytes } from 'node:crypto';

const secret = (): string => randomBytes(48).toString('base64url');

/** The first admin of every test service. */
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };

/** For all services of a test file alike, so that several processes know each other's tokens. */
export const TEST_IDENTITY = {
  JWT_KEYS: `now:${secret()},before:${secret()}`,
  API_KEY_PEPPERS: `now:${secret()}`,
  SETUP_ADMIN_EMAIL: ADMIN.email,
  SETUP_ADMIN_PASSWORD: ADMIN.password,
};
