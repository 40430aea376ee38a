import type { AgentRequest } from '../agent-adapter.js';
import { textOf } from '../content-part.js';

/** What `{{name}}` in a body, a query or a header stands for. */
export const PLACEHOLDERS = [
  'prompt',
  'system',
  'messages',
  'model',
  'temperature',
  'top_p',
  'max_tokens',
  'stop',
  'seed',
  'sample_id',
  'epoch',
  'choices',
] as const;

export type Values = Record<(typeof PLACEHOLDERS)[number], unknown>;

const ONE = /\{\{\s*(\w+)\s*\}\}/g;
const ALONE = /^\s*\{\{\s*(\w+)\s*\}\}\s*$/;

/** What a request gives for each placeholder; undefined where it says nothing. */
export function valuesOf({ messages, settings, trial }: AgentRequest, model: string): Values {
  const said = (role: string): string[] =>
    messages.filter((message) => message.role === role).map(({ content }) => textOf(content));
  return {
    prompt: said('user').at(-1),
    system: said('system').join('\n\n') || undefined,
    messages,
    model,
    temperature: settings.temperature,
    top_p: settings.topP,
    max_tokens: settings.maxTokens,
    stop: settings.stop,
    seed: trial.seed,
    sample_id: trial.sampleId,
    epoch: trial.epoch,
    choices: trial.choices,
  };
}

/** The names in a text that are no placeholders. */
export const unknownIn = (text: string): string[] =>
  [...text.matchAll(ONE)]
    .map(([, name]) => name as string)
    .filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name));

/**
 * A JSON value with its placeholders filled. A string that is one placeholder becomes its value, of whatever type, and
 * is left out where there is none; inside other text it becomes text. No value is ever read as a template or as JSON.
 */
export function fill(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const alone = ALONE.exec(template);
    return alone ? values[alone[1] as keyof Values] : fillText(template, values);
  }
  if (Array.isArray(template)) {
    return template.map((item) => fill(item, values)).filter((item) => item !== undefined);
  }
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fill(item, values)]));
}

/** A text with its placeholders filled by texts. */
export const fillText = (template: string, values: Values): string =>
  template.replace(ONE, (_, name: keyof Values) => {
    const value = values[name];
    if (value === undefined) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
