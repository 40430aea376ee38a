import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from '#libs/auth';
import type { AppConfig } from '#libs/config';

/** What one user, key or address may ask for within a minute is counted apart for each of these. */
export type Budget = keyof AppConfig['requests']['budgets'];

const BUDGET = 'aibench:budget';

/** Counts a handler's requests with those of its kind, and not with all that change something. */
export const CountedAs = (budget: 'runs' | 'imports'): CustomDecorator => SetMetadata(BUDGET, budget);

const reflector = new Reflector();

/** The budget that a request is counted against; of probes and what else everybody may read there is none. */
export function budgetOf(context: ExecutionContext): Budget | undefined {
  const { method, principal } = context.switchToHttp().getRequest<FastifyRequest>();
  const targets = [context.getHandler(), context.getClass()];
  const isRead = method === 'GET' || method === 'HEAD';
  const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
  if (access === 'public') return isRead ? undefined : 'writes';
  if (!principal) return 'strangers';
  if (isRead) return 'reads';
  return reflector.getAllAndOverride<Budget | undefined>(BUDGET, targets) ?? 'writes';
}

/** Whose budget it is: the user's or key's, else the address's; IPv6 addresses of one /64 are one machine's. */
export const spenderOf = ({ principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>): string =>
  principal ? `${principal.kind}:${principal.id}` : `address:${normalizeIp(ip)}`;
