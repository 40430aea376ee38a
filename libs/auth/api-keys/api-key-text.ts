import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const START = 'aib_';

/** What is shown of a key ever after. */
const SHOWN = 8;

/** Beyond those, 32 digits: 190 bits that nobody is shown. */
const RANDOM = SHOWN + 32;

const CHECKSUM = 6;

const FORM = new RegExp(`^${START}([${DIGITS}]{${RANDOM}})([${DIGITS}]{${CHECKSUM}})$`);

/** A new API key: `aib_`, 40 random digits of base 62, and their CRC 32 in six more. */
export function newApiKey(): string {
  const body = Array.from({ length: RANDOM }, () => DIGITS[randomInt(DIGITS.length)]).join('');
  return START + body + checksumOf(body);
}

/** Whether a bearer token means to be an API key. */
export const looksLikeApiKey = (token: string): boolean => token.startsWith(START);

/** Whether it is whole; a typing mistake costs no look into the database. */
export function isWholeApiKey(token: string): boolean {
  const [, body = '', checksum] = FORM.exec(token) ?? [];
  return checksum === checksumOf(body);
}

export const prefixOf = (apiKey: string): string => apiKey.slice(0, START.length + SHOWN);

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM; i++) {
    text = DIGITS.charAt(rest % DIGITS.length) + text;
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}
