import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '#libs/common';
import type { AppConfig, KeyMaterial } from '#libs/config';

interface Keys {
  jwtKeys: KeyMaterial[];
  apiKeyPeppers: KeyMaterial[];
}

const material = z.array(z.strictObject({ id: z.string().min(1), secret: z.string().min(43) })).min(1);
const fileSchema = z.strictObject({ jwtKeys: material, apiKeyPeppers: material });

/** What access tokens are signed with and API keys are kept under. */
export class AuthKeys {
  /** By `kid`. Of tokens, the first signs. */
  private readonly jwtKeys: Map<string, KeyObject>;
  private readonly peppers: KeyObject[];

  private constructor({ jwtKeys, apiKeyPeppers }: Keys) {
    this.jwtKeys = new Map(jwtKeys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]));
    this.peppers = apiKeyPeppers.map(({ secret }) => createSecretKey(secret, 'utf8'));
  }

  /** Those of the environment; of the standalone service, those that it made at its first start. */
  static async of({ auth }: AppConfig): Promise<AuthKeys> {
    const { jwtKeys, apiKeyPeppers, keysFile } = auth;
    if (jwtKeys && apiKeyPeppers) return new AuthKeys({ jwtKeys, apiKeyPeppers });
    // With AUTH_MODE=local nobody brings a token that another process would have to know.
    const own = keysFile === undefined || auth.mode === 'local' ? newKeys() : await keptIn(keysFile);
    return new AuthKeys({
      jwtKeys: jwtKeys ?? own.jwtKeys,
      apiKeyPeppers: apiKeyPeppers ?? own.apiKeyPeppers,
    });
  }

  get signing(): { kid: string; key: KeyObject } {
    const [[kid, key]] = [...this.jwtKeys] as [[string, KeyObject]];
    return { kid, key };
  }

  /** The key that a token names; undefined where there is none. */
  verifying(kid: unknown): KeyObject | undefined {
    return typeof kid === 'string' ? this.jwtKeys.get(kid) : undefined;
  }

  /** What may be stored of an API key, by each pepper; new keys take the first. */
  hmacsOf(apiKey: string): [string, ...string[]] {
    const hmacs = this.peppers.map((pepper) =>
      createHmac('sha256', pepper).update(apiKey).digest('base64url'),
    );
    return hmacs as [string, ...string[]];
  }
}

const newKeys = (): Keys => ({
  jwtKeys: [{ id: 'own-1', secret: randomBytes(48).toString('base64url') }],
  apiKeyPeppers: [{ id: 'own-1', secret: randomBytes(48).toString('base64url') }],
});

/** Written beside and then linked, so that nobody reads half of it, and of two that start at once both read the same. */
async function keptIn(file: string): Promise<Keys> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, JSON.stringify(newKeys()), { mode: 0o600 });
  await link(draft, file)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    })
    .finally(() => rm(draft, { force: true }));
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw AppError.invalid(
      'auth_keys_unreadable',
      `${file} does not hold the keys of access tokens and API keys: ${messageOf(error)} Restore it from a backup; or remove it, and every session and API key ends.`,
    );
  }
}
