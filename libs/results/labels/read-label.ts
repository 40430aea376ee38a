import type { InputError } from '#libs/common';
import { labelRowSchema } from './label-row.js';
import type { SentLabel } from './labels.service.js';

/** A row of a file as a label. @param at where it stands. */
export function readLabel(row: Record<string, unknown>, at: Omit<InputError, 'message'>): SentLabel {
  const parsed = labelRowSchema.safeParse(row);
  if (parsed.success) return { row: parsed.data, at };
  const named = typeof row.sample_id === 'string' ? { sample_id: row.sample_id } : {};
  return {
    errors: parsed.error.issues.map(({ path, message }) => ({
      message: path.length > 0 ? `${path.join('.')}: ${message}` : message,
      ...at,
      ...(path.length > 0 && { path: path.join('.') }),
      ...named,
    })),
  };
}
