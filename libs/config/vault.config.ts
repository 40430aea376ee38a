import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { text } from './env.js';

/** A key of the operator's that wraps other keys. Neither JSON nor a log shows a `KeyObject`'s bytes. */
export interface MasterKey {
  id: string;
  key: KeyObject;
}

/** 32 bytes in base64: 43 characters and the padding. */
const ENTRY = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9+/]{43}=)$/;
const FORM =
  'must be "<key id>:<32 random bytes in base64>", several with commas or on lines of their own, the newest first. Make one with: echo "k1:$(openssl rand -base64 32)"';

export const vaultSchema = z
  .object({ VAULT_MASTER_KEY: text(), VAULT_MASTER_KEY_FILE: text() })
  .transform((env, context) => {
    const complain = (variable: string, error: unknown): void =>
      context.addIssue({ code: 'custom', path: [variable], message: (error as Error).message });
    const read = (variable: string, content: () => string): MasterKey[] => {
      try {
        return parseMasterKeys(content());
      } catch (error) {
        complain(variable, error);
        return [];
      }
    };
    const { VAULT_MASTER_KEY: inline, VAULT_MASTER_KEY_FILE: file } = env;
    if (inline !== undefined && file !== undefined)
      complain('VAULT_MASTER_KEY_FILE', new Error('is set beside VAULT_MASTER_KEY. Set one of the two'));
    return {
      /** The first wraps, all unwrap; none where the operator set none. */
      keys: [
        ...(inline === undefined ? [] : read('VAULT_MASTER_KEY', () => inline)),
        ...(file === undefined ? [] : read('VAULT_MASTER_KEY_FILE', () => readFileSync(file, 'utf8'))),
      ],
    };
  });

/** @throws Error in words for the operator, which tell nothing of a key but its id. */
export function parseMasterKeys(text: string): MasterKey[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const keys = entries.map((entry) => {
    const [, id, bytes] = ENTRY.exec(entry) ?? [];
    if (id === undefined || bytes === undefined) throw new Error(FORM);
    return { id, key: createSecretKey(bytes, 'base64') };
  });
  if (keys.length === 0) throw new Error(FORM);
  const twice = keys.find(({ id }, i) => keys.findIndex((other) => other.id === id) < i);
  if (twice) throw new Error(`names the key id "${twice.id}" twice. Give each key an id of its own`);
  return keys;
}
