import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';
import { JsonPath } from './json-path.js';
import { PLACEHOLDERS, unknownIn } from './placeholders.js';

const path = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    try {
      new JsonPath(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

const complainOfUnknown = (text: string, context: z.RefinementCtx): void => {
  for (const name of unknownIn(text)) {
    const message = `there is no {{${name}}}; there are ${PLACEHOLDERS.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  }
};
const template = z.string().superRefine(complainOfUnknown);

/** A name of a token (RFC 9110, 5.6.2), and none that says how the message itself is sent. */
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/)
  .regex(
    /^(?!(host|connection|content-length|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-.*)$)/i,
    'is not for agents to set',
  );
const plain = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII');
const header = z.union([
  plain.max(4000),
  z.strictObject({
    secret: z
      .string()
      .regex(/^[A-Z0-9_]{1,100}$/)
      .describe('NAME of the variable AGENT_SECRET_NAME of the operator.'),
    prefix: plain.max(100).default('').describe('E.g. "Bearer ".'),
  }),
]);

export const httpSettings = remoteSettings
  .omit({ base_url: true, stream: true })
  .extend({
    url: z
      .url({ protocol: /^https?$/, abort: true })
      .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
        message: 'must hold no user name or password: settings are readable by everyone in the workspace',
      }),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST'),
    query: z.record(z.string(), template).default({}),
    headers: z.record(headerName, header).default({}),
    body: z.json().optional().describe('Strings in it may hold {{prompt}}, {{messages}} and so on.'),
    response: z
      .strictObject({
        text: path,
        input_tokens: path.optional(),
        output_tokens: path.optional(),
        cached_input_tokens: path.optional(),
        reasoning_tokens: path.optional(),
        finish_reason: path.optional(),
        id: path.optional(),
        tool_calls: z
          .strictObject({
            path,
            id: path.default('id'),
            name: path.default('function.name'),
            arguments: path.default('function.arguments'),
          })
          .optional(),
      })
      .optional()
      .describe('Paths into the answer. Absent: the whole answer is text.'),
    stream: z
      .strictObject({
        path: path.describe('Of the next piece of text in the data of an event.'),
        done: z.string().min(1).optional().describe('The data of the last event, e.g. [DONE].'),
      })
      .optional()
      .describe('The answer comes as server-sent events.'),
  })
  .superRefine((settings, context) => {
    const complain = (at: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [at], message });
    if (settings.body !== undefined) {
      if (settings.method === 'GET') complain('body', 'a GET has none; use query, or another method');
      for (const text of stringsIn(settings.body)) complainOfUnknown(text, context);
    }
    if (settings.stream && settings.response?.tool_calls) {
      complain('stream', 'tool calls are read from whole answers only; leave stream or tool_calls out');
    }
  });

export type HttpSettings = z.infer<typeof httpSettings>;

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
