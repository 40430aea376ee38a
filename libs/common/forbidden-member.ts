import { AppError } from './errors.js';

/**
 * Refuses JSON with a member by which code that copies carelessly would change what all objects inherit: `__proto__`
 * anywhere, and `constructor` at the top or where it holds a `prototype`. Without recursion: callers choose the depth.
 * @param what of the request it is, such as "body".
 * @throws AppError `forbidden_member` with the path.
 */
export function refuseForbiddenMembers(json: unknown, what: string): void {
  const path = forbiddenMember(json)?.join('.');
  if (path === undefined) return;
  const message = `The ${what} has a member "${path}", which is taken in no JSON here. Leave it out, or give it another name.`;
  throw new AppError('malformed', 'forbidden_member', message, {
    errors: [{ path, message: 'is forbidden' }],
  });
}

function forbiddenMember(json: unknown): string[] | undefined {
  const left: { value: unknown; path: string[] }[] = [{ value: json, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      const isConstructor = key === 'constructor' && (path.length === 0 || hasPrototype(member));
      if (key === '__proto__' || isConstructor) return [...path, key];
      if (typeof member === 'object' && member !== null) left.push({ value: member, path: [...path, key] });
    }
  }
  return undefined;
}

const hasPrototype = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
