import { createCipheriv, createDecipheriv, randomBytes, type CipherKey } from 'node:crypto';
import { AppError } from '#libs/common';
import type { AppConfig } from '#libs/config';

export type MasterKey = AppConfig['vault']['keys'][number];

/** A value as it is stored: under a data key of its own, which a master key wraps. */
export interface Sealed {
  /** Of the master key. */
  keyId: string;
  /** Nonce (12 bytes), tag (16), the data key under the master key. */
  wrappedKey: Buffer;
  /** Nonce, tag, the value under the data key. */
  ciphertext: Buffer;
}

/** What a value was sealed for. It is bound to it: a copy in another row, or of another workspace, does not open. */
export interface Scope {
  workspaceId: string;
  rowId: string;
  /** What else must not change without the value, besides the kind of row. */
  purpose: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The operator's master keys, and what is done with them. Its own DI token. */
export class MasterKeys {
  private readonly byId: ReadonlyMap<string, MasterKey>;

  /** @param keys the first wraps, all unwrap. None: nothing can be sealed, and only what nobody sealed be read. */
  constructor(private readonly keys: readonly MasterKey[]) {
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  /** @throws AppError `vault_not_configured` */
  get first(): MasterKey {
    const [first] = this.keys;
    if (first) return first;
    throw new AppError(
      'unavailable',
      'vault_not_configured',
      'Secrets cannot be kept: VAULT_MASTER_KEY is not set. Set it to "<key id>:<32 random bytes in base64>", the same on every api and worker, and start them again.',
    );
  }

  /** @throws AppError `vault_not_configured` */
  seal(value: string, scope: Scope): Sealed {
    const { id, key } = this.first;
    const dataKey = randomBytes(KEY_BYTES);
    return {
      keyId: id,
      wrappedKey: encrypt(key, dataKey, scope),
      ciphertext: encrypt(dataKey, Buffer.from(value), scope),
    };
  }

  /** @throws AppError `vault_key_unknown`, `secret_damaged` */
  open(sealed: Sealed, scope: Scope): string {
    return decrypt(this.dataKey(sealed, scope), sealed.ciphertext, scope).toString();
  }

  /** The same value, its data key under the first master key. @throws AppError as `seal` and `open` do. */
  rewrap(sealed: Omit<Sealed, 'ciphertext'>, scope: Scope): Omit<Sealed, 'ciphertext'> {
    const { id, key } = this.first;
    return { keyId: id, wrappedKey: encrypt(key, this.dataKey(sealed, scope), scope) };
  }

  private dataKey({ keyId, wrappedKey }: Omit<Sealed, 'ciphertext'>, scope: Scope): Buffer {
    const master = this.byId.get(keyId);
    if (master) return decrypt(master.key, wrappedKey, scope);
    throw new AppError(
      'unavailable',
      'vault_key_unknown',
      `A secret is under the master key "${keyId}", which this process does not have. Add that key to VAULT_MASTER_KEY behind the others, and keep it there until npm run secrets:rotate has ended.`,
    );
  }
}

function encrypt(key: CipherKey, value: Buffer, scope: Scope): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(scope));
  const encrypted = Buffer.concat([cipher.update(value), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
}

function decrypt(key: CipherKey, sealed: Buffer, scope: Scope): Buffer {
  const start = NONCE_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(associated(scope))
      .setAuthTag(sealed.subarray(NONCE_BYTES, start));
    return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
  } catch {
    throw new AppError(
      'unavailable',
      'secret_damaged',
      `The secret in row ${scope.rowId} does not open: it was changed in the database, moved from another row or workspace, or its master key is another under the same id. Set it again.`,
    );
  }
}

/** JSON, so that no two scopes have the same bytes. */
const associated = ({ workspaceId, rowId, purpose }: Scope): Buffer =>
  Buffer.from(JSON.stringify([workspaceId, rowId, purpose]));
