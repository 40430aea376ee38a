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

/** A member, and in what. A path of each would cost its depth, which callers choose. */
interface Step {
  key: string;
  value: unknown;
  within?: Step;
}

function forbiddenMember(json: unknown): string[] | undefined {
  const left: Step[] = [{ key: '', value: json }];
  for (let step = left.pop(); step; step = left.pop()) {
    const within = step;
    const push = (value: unknown, key: string | number): void => {
      if (typeof value === 'object' && value !== null) left.push({ key: String(key), value, within });
    };
    if (Array.isArray(step.value)) step.value.forEach(push);
    else if (typeof step.value === 'object' && step.value !== null) {
      for (const key of Object.keys(step.value)) {
        const value = (step.value as Record<string, unknown>)[key];
        const isConstructor = key === 'constructor' && (step.within === undefined || hasPrototype(value));
        if (key === '__proto__' || isConstructor) return pathOf({ key, value, within });
        push(value, key);
      }
    }
  }
  return undefined;
}

function pathOf(step: Step): string[] {
  const path: string[] = [];
  for (let at = step; at.within; at = at.within) path.unshift(at.key);
  return path.slice(0, 100);
}

const hasPrototype = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
