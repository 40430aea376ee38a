import type { AgentResponse, BatchEnd } from './agent-adapter.js';
import { AgentError } from './agent-error.js';

const REMOVED = '[secret]';

/** A text without these secrets, as they are and as JSON and URLs write them: a server may echo what it was sent. */
export function scrubbed(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      clean = clean.replaceAll(form, REMOVED);
  }
  return clean;
}

export function scrubbedError(error: AgentError, secrets: string[]): AgentError {
  const message = scrubbed(error.message, secrets);
  // What caused it may hold the whole of what a server said.
  if (message === error.message && error.details.cause === undefined) return error;
  return new AgentError(error.kind, error.code, message, { ...error.details, cause: undefined });
}

/** Likewise every text of an answer. */
export const scrubbedResponse = (response: AgentResponse, secrets: string[]): AgentResponse =>
  deep(response, secrets);

export const scrubbedBatch = (end: BatchEnd, secrets: string[]): BatchEnd => ({
  answers: new Map(
    [...end.answers].map(([id, answer]) => [
      id,
      answer instanceof AgentError ? scrubbedError(answer, secrets) : scrubbedResponse(answer, secrets),
    ]),
  ),
  missing: scrubbedError(end.missing, secrets),
});

function deep<T>(value: T, secrets: string[]): T {
  if (typeof value === 'string') return scrubbed(value, secrets) as T;
  if (Array.isArray(value)) return value.map((member: unknown) => deep(member, secrets)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deep(member, secrets)])) as T;
}
