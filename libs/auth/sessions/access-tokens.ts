import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { KeyObject } from 'node:crypto';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { z } from 'zod';
import { AppError } from '#libs/common';
import { AuthKeys } from '../auth-keys.js';

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'aibench';
const AUDIENCE = 'aibench-api';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Ours have some 450 characters; what is longer is not worth decoding. */
const MAX_LENGTH = 2048;

const headerSchema = z.strictObject({ alg: z.literal(ALGORITHM), typ: z.literal(TYPE), kid: z.string() });

const claimsSchema = z.object({
  /** The user. */
  sub: z.uuid(),
  /** The session. */
  sid: z.uuid(),
  /** The workspace that the token is for. */
  wid: z.uuid(),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
});

export type AccessClaims = Pick<z.infer<typeof claimsSchema>, 'sub' | 'sid' | 'wid'>;

/** Short-lived JWTs (RFC 9068's type), by which a person acts in one workspace. */
@Injectable()
export class AccessTokens {
  private readonly jwt = new JwtService();
  // Of our own: passport's usual registry is one for the process, and the last service in it would win.
  private readonly passport = new passport.Passport();
  private readonly strategy: Strategy;

  constructor(private readonly keys: AuthKeys) {
    this.strategy = new Strategy(
      {
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKeyProvider: (_request, token: string, done) => {
          const key = this.keyOf(token);
          // The types know only texts, with which the key would be made anew for every request.
          if (key) done(null, key as unknown as string);
          else done(new Error('It is not one that this service gave.'));
        },
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        jsonWebTokenOptions: { maxAge: ACCESS_TOKEN_SECONDS },
      },
      (payload: unknown, done) => {
        const claims = claimsSchema.safeParse(payload);
        if (claims.success) done(null, claims.data);
        else done(null, false, new Error('It lacks claims that this service gives.'));
      },
    );
  }

  sign({ sub, sid, wid }: AccessClaims): Promise<string> {
    const { kid, key } = this.keys.signing;
    return this.jwt.signAsync(
      { sid, wid },
      {
        privateKey: key as never,
        header: { alg: ALGORITHM, typ: TYPE, kid },
        algorithm: ALGORITHM,
        subject: sub,
        issuer: ISSUER,
        audience: AUDIENCE,
        notBefore: 0,
        expiresIn: ACCESS_TOKEN_SECONDS,
      },
    );
  }

  /** @throws AppError `unauthenticated` unless the token is whole, ours, for here, and of now. */
  verify(token: string): Promise<AccessClaims> {
    return new Promise((resolve, reject) => {
      const answer = (error: Error | null, claims?: AccessClaims | false, info?: unknown): void => {
        if (error) reject(error);
        else if (claims) resolve(claims);
        else reject(refusal(info));
      };
      const request = { headers: { authorization: `Bearer ${token}` } };
      const verify = this.passport.authenticate(this.strategy, { session: false }, answer) as (
        ...args: unknown[]
      ) => void;
      verify(request, {}, reject);
    });
  }

  /** By the header alone, whose every other field (`jku`, `jwk`, `x5u`, `crit`) is refused rather than followed. */
  private keyOf(token: string): KeyObject | undefined {
    if (token.length > MAX_LENGTH) return undefined;
    try {
      const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
      const { success, data } = headerSchema.safeParse(header);
      return success ? this.keys.verifying(data.kid) : undefined;
    } catch {
      return undefined;
    }
  }
}

function refusal(info: unknown): AppError {
  const isExpired = info instanceof Error && info.name === 'TokenExpiredError';
  return AppError.unauthenticated(
    isExpired
      ? 'The access token has expired. Get another with POST /api/v1/auth/refresh, or sign in again.'
      : 'The access token is not valid here. Sign in with POST /api/v1/auth/login, or send an API key.',
    isExpired ? 'access_token_expired' : 'invalid_access_token',
  );
}
