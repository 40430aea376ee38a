import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { AppError } from '#libs/common';
import { Metrics } from '#libs/observability';

/** OWASP's argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of libuv's four threads, so that files and DNS keep two. */
const AT_ONCE = 2;

/** Some 5 s of work. Whoever comes then is told to come again rather than to hang. */
const MAX_WAITING = 64;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** What no password is of, and takes as long to find out. */
const NOBODYS = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$${unpadded(Buffer.alloc(16))}$${unpadded(Buffer.alloc(32))}`;

/** Hashes passwords, a few at a time: each takes memory and a core. */
@Injectable()
export class PasswordHasher {
  private readonly limit = pLimit(AT_ONCE);

  constructor(private readonly metrics: Metrics) {}

  hash(password: string): Promise<string> {
    return this.limited(() => hash(normal(password), ARGON2ID));
  }

  /** @param stored undefined where nobody has the password: the answer is no, and takes as long. */
  verify(stored: string | undefined, password: string): Promise<boolean> {
    return this.limited(() => verify(stored ?? NOBODYS, normal(password)));
  }

  /** Whether it was hashed by other parameters than those of now. */
  isOutdated(stored: string): boolean {
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(stored);
    return (
      Number(algorithm) !== ARGON2ID.algorithm ||
      memoryCost !== ARGON2ID.memoryCost ||
      timeCost !== ARGON2ID.timeCost ||
      parallelism !== ARGON2ID.parallelism
    );
  }

  /** @throws AppError `sign_in_busy` */
  private async limited<T>(task: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MAX_WAITING)
      throw new AppError(
        'unavailable',
        'sign_in_busy',
        'Too many people sign in at the same time. Try again in a few seconds.',
        { retryAfterSeconds: 5 },
      );
    return this.limit(() => {
      this.metrics.passwordHashes.inc();
      return task();
    });
  }
}

/** The same password by another keyboard may come in other code points. */
const normal = (password: string): string => password.normalize('NFKC');
