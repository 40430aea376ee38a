import type { z } from 'zod';
import { AppError } from './errors.js';

/** Members that only the service sets; a body may have one where its schema names it. */
const SERVER_OWNED = new Set([
  'id',
  'workspace_id',
  'created_at',
  'created_by',
  'updated_at',
  'deleted_at',
  'content_hash',
  'status',
  'version',
  'progress',
]);

/** Error `server_owned_member`, where a body has one of them at the top that its schema does not; by what Zod found. */
export function serverOwned({ issues }: z.ZodError): AppError | undefined {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys' || issue.path.length > 0) continue;
    const path = issue.keys.find((key) => SERVER_OWNED.has(key));
    if (path === undefined) continue;
    const message = `The body has a member "${path}", which only the service sets. Leave it out.`;
    return new AppError('malformed', 'server_owned_member', message, {
      errors: [{ path, message: 'is set by the service alone' }],
    });
  }
  return undefined;
}
