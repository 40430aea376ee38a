import { UnauthorizedException } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';

/** What is for operators, beside the page about the queue, which has a sign-in of its own. */
const OPERATORS_ONLY = /^\/(metrics|docs|docs-json|docs-yaml)(\/|$)/;

/** Compares digests, which have one length, so that the time taken tells nothing of the secret. */
export function sameSecret(given: string | Buffer, expected: string): boolean {
  const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Whether a request brings the operations token; false where there is none. */
export const isOperator = (authorization: string | undefined, token: string | undefined): boolean =>
  token !== undefined && sameSecret(/^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '', token);

/** The part of Fastify that is needed, since this lib knows no web server. */
interface Server {
  addHook(
    name: 'onRequest',
    hook: (
      request: { headers: { authorization?: string }; routeOptions: { url?: string } },
      reply: unknown,
      done: (error?: Error) => void,
    ) => void,
  ): unknown;
}

/** Shows metrics and docs to who brings `OPERATIONS_TOKEN` and to nobody else; to everybody where it is unset. */
export function guardOperations(server: Server, token: string | undefined): void {
  if (token === undefined) return;
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isOpen = !OPERATORS_ONLY.test(routeOptions.url ?? '') || isOperator(headers.authorization, token);
    done(
      isOpen ? undefined : new UnauthorizedException('Send "Authorization: Bearer" with OPERATIONS_TOKEN.'),
    );
  });
}
