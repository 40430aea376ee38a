import { z } from 'zod';
import { imageDataUrl } from '#libs/agents';
import { isStorable } from '#libs/common';
import type { ToolSource } from '#libs/tools';
import { isShallow, MAX_DEPTH } from '../sample.js';

const jsonObject = z.record(z.string(), z.unknown());
const output = z
  .unknown()
  .refine((value) => value !== undefined, 'is missing')
  .describe('What the agent is told; what is no string, as JSON');

/** Characters of a state in JSON. */
export const MAX_STATE = 65_536;

/** What the tools of a sample share from call to call. */
export type ToolState = Record<string, unknown>;

export const isState = (value: unknown): value is ToolState =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  isShallow(value) &&
  JSON.stringify(value).length <= MAX_STATE;

const state = jsonObject
  .refine(isState, `must have at most ${MAX_STATE} characters and ${MAX_DEPTH} levels`)
  .describe('What functions of tools are given beside the arguments, and may change');

export const toolSchema = z
  .strictObject({
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'letters, digits, "_" and "-", at most 64'),
    description: z.string().max(10_000).default(''),
    parameters: jsonObject
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of the arguments, an object'),
    results: z
      .array(
        z.strictObject({
          match: jsonObject.default({}).describe('Arguments that a call must have to get this result'),
          output,
        }),
      )
      .max(1000)
      .default([])
      .describe('The first whose match fits answers a call'),
    output: z
      .unknown()
      .optional()
      .describe('Answers the calls that no result fits; absent: they are told so'),
    javascript: z
      .string()
      .max(50_000)
      .optional()
      .describe('A function of the arguments and the state, which is run in a sandbox and answers all calls'),
  })
  .refine(
    ({ results, output: rest, javascript }) =>
      javascript !== undefined || results.length > 0 || rest !== undefined,
    { error: 'needs "output", "results" or "javascript", or its calls could have no answer' },
  )
  .refine(
    ({ results, output: rest, javascript }) =>
      javascript === undefined || (results.length === 0 && rest === undefined),
    { error: 'has "javascript", which answers all calls: leave "output" and "results" out' },
  );

const toolsFrom = z
  .array(
    z.strictObject({
      mcp: z.string().min(1).max(100).describe("A server's name in the operator's MCP_SERVERS_FILE"),
      allow: z
        .array(z.string().min(1).max(200))
        .min(1)
        .max(64)
        .optional()
        .describe('Names of its tools that are given to the agent; absent: all'),
    }),
  )
  .max(16)
  .refine((sources) => new Set(sources.map(({ mcp }) => mcp)).size === sources.length, 'names a server twice')
  .optional()
  .describe('Servers whose tools the agent may call too');

const turns = z.array(z.string().min(1).max(50_000)).max(100).describe('What the user says next, in order');

const limitsSchema = z.strictObject({
  max_turns: z.int().min(1).max(100).default(10).describe("The agent's answers, those with tool calls too"),
  max_tokens: z.int().positive().optional().describe('Input and output tokens of all its calls'),
  max_seconds: z.number().positive().max(86_400).optional().describe('Of the agent answering'),
  max_cost_usd: z.number().positive().max(1e6).optional(),
});

const instructions = z.string().min(1).max(50_000);

const userSchema = z.strictObject({
  agent: z
    .string()
    .regex(/^.+@\d{1,9}$/, 'name@version: with another version it would be another benchmark')
    .max(300),
  instructions: instructions.describe('Who the user is and wants; samples may add theirs'),
  max_tokens: z.int().min(1).max(100_000).default(1000).describe('Of what the user says at a time'),
  temperature: z.number().min(0).max(2).optional(),
});

/** That trials are conversations, and what all of them have; samples add theirs in `metadata`. */
export const conversationSchema = z
  .strictObject({
    tools: z.array(toolSchema).max(64).default([]),
    tools_from: toolsFrom,
    state: state.optional(),
    turns: turns.default([]),
    user: userSchema.optional().describe('An agent that plays the user, once there are no turns left'),
    limits: limitsSchema.prefault({}),
  })
  .refine((spec) => isShallow(spec), `holds more than ${MAX_DEPTH} levels`)
  .refine(isStorable, 'holds a NUL character or half of a surrogate pair')
  .superRefine(({ tools }, context) => {
    const message = sameName(tools);
    if (message !== null) context.addIssue({ code: 'custom', path: ['tools'], message });
  });

export type ConversationSpec = z.infer<typeof conversationSchema>;
export type ConversationLimits = z.infer<typeof limitsSchema>;
export type SampleTool = z.infer<typeof toolSchema>;

/** What a sample may say of its conversation, among other metadata. */
const sampleScriptSchema = z.object({
  tools: z.array(toolSchema).max(64).optional(),
  tools_from: toolsFrom,
  state: state.optional(),
  turns: turns.optional(),
  user: instructions.optional(),
  images: z
    .array(
      z
        .string()
        .max(8_000_000)
        .transform((image, context) => {
          const url = imageDataUrl(image);
          if (url !== null) return url;
          const message =
            'must be a PNG, JPEG, GIF or WebP, as a data URL or base64; addresses are not fetched';
          context.addIssue({ code: 'custom', message });
          return z.NEVER;
        }),
    )
    .max(16)
    .optional(),
});

/** How one sample's conversation goes. */
export interface Script {
  tools: SampleTool[];
  /** Servers whose tools come to these. */
  toolsFrom: ToolSource[];
  /** At the beginning; null where no tool has a function that could read it. */
  state: ToolState | null;
  turns: string[];
  /** What the agent that plays the user is told of it; null where none does. */
  user: string | null;
  /** Data URLs, shown with the last message of the prompt. */
  images: string[];
  limits: ConversationLimits;
}

/** A sample's tools and servers come to those of the benchmark, in the place of one of the same name; its turns replace all. */
export function scriptOf(
  spec: ConversationSpec,
  metadata: Record<string, unknown>,
): { script: Script } | { problems: string[] } {
  const { success, data, error } = sampleScriptSchema.safeParse(metadata);
  if (!success)
    return { problems: error.issues.map(({ path, message }) => `metadata.${path.join('.')}: ${message}`) };
  const { tools: own = [], turns = spec.turns, images = [] } = data;
  if (data.user !== undefined && !spec.user)
    return { problems: ['metadata.user: the benchmark has no conversation.user to play it'] };
  const user = spec.user ? [spec.user.instructions, data.user ?? []].flat().join('\n\n') : null;
  const doubled = sameName(own);
  if (doubled !== null) return { problems: [`metadata.tools: ${doubled}`] };
  const { limits } = spec;
  if (turns.length >= limits.max_turns) {
    const needed = `the user speaks ${turns.length + 1} times, which takes max_turns of ${turns.length + 1} or more`;
    return { problems: [needed] };
  }
  const tools = [...spec.tools.filter(({ name }) => own.every((other) => other.name !== name)), ...own];
  const { tools_from: others = [] } = data;
  const toolsFrom = [
    ...(spec.tools_from ?? []).filter(({ mcp }) => others.every((other) => other.mcp !== mcp)),
    ...others,
  ];
  const runs = tools.some(({ javascript }) => javascript !== undefined);
  const state = runs ? (data.state ?? spec.state ?? {}) : null;
  return { script: { tools, toolsFrom, state, turns, user, images, limits } };
}

function sameName(tools: { name: string }[]): string | null {
  const doubled = tools.find(({ name }, i) => tools.findIndex((other) => other.name === name) < i);
  return doubled ? `two tools are named "${doubled.name}"` : null;
}
