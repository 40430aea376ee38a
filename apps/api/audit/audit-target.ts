/** What a request is about. */
export interface AuditTarget {
  type: string | null;
  id: string | null;
  /** Where GET shows it; undefined where there is no such route, or it would not show what was done. */
  path?: string;
}

/** A route's pattern without the names of its parameters. */
export const nameless = (pattern: string): string => pattern.replace(/:[^/]+/g, ':');

/**
 * @param pattern of the route, as `/api/v1/webhooks/:webhook_id/test`.
 * @param path without the query.
 * @param readable nameless patterns that have a GET.
 */
export function targetOf(pattern: string, path: string, readable: ReadonlySet<string>): AuditTarget {
  const segments = pattern.split('/');
  const at = segments.findLastIndex((segment) => segment.startsWith(':'));
  if (at === -1) return { type: collectionOf(segments), id: null };
  const rest = segments.slice(at + 1);
  const type = segments.slice(0, at).findLast((segment) => !segment.startsWith(':')) ?? null;
  const target = { type, id: decodeURIComponent(path.split('/')[at] ?? '') };
  const isReadable = readable.has(nameless(segments.slice(0, at + 1).join('/')));
  // What follows the object is a verb, or a collection of its own; a trial's GET does not show its score.
  const isVerb = rest.length === 0 || (!readable.has(nameless(pattern)) && rest[0] !== 'override');
  return isReadable && isVerb
    ? {
        ...target,
        path: path
          .split('/')
          .slice(0, at + 1)
          .join('/'),
      }
    : target;
}

/** What was made, by the answer: the target of a request that named none, or made something within another. */
export function madeBy(
  answer: unknown,
  pattern: string,
  target: AuditTarget,
  readable: ReadonlySet<string>,
): AuditTarget {
  const last = pattern.split('/').at(-1) ?? '';
  const type = target.id === null ? target.type : last;
  const collection = `/api/v1/${type}`;
  const { id, run_id, name } = (answer ?? {}) as Record<string, unknown>;
  const made = [id, run_id, name].find((value) => typeof value === 'string');
  if (made === undefined || !readable.has(`${collection}/:`)) return target;
  // A run goes on from its first moment: what was answered is what was made.
  return { type, id: made, ...(type !== 'runs' && { path: `${collection}/${encodeURIComponent(made)}` }) };
}

/** The short API's one collection is of runs. */
const collectionOf = ([, , version, collection]: string[]): string | null =>
  version === 'v1' ? (collection ?? null) : 'runs';
