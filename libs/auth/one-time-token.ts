import { createHash, randomBytes } from 'node:crypto';

/** A new random text of 256 bits, with a prefix that tells people and secret scanners what it is. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** What is stored of such a text. It has more entropy than anybody can search, so that one round of SHA-256 does. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
