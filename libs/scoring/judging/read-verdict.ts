import { z } from 'zod';
import type { LlmJudgeSpec } from './llm-judge-spec.js';

type VerdictSpec = LlmJudgeSpec['verdict'];

/** `value` in [0, 1], of a pair that of answer A; or why there is none. */
export type Reading = { value: number; explanation: string } | { problem: string };

/** Characters of a judge's answer that are looked through. */
const MAX_READ = 200_000;

/** Opening braces from which an object is tried to be read. */
const MAX_TRIES = 200;

/**
 * Reads a judge's answer, strictly: a number as text, a score off the scale or an object with another id is no verdict,
 * and neither are two different ones.
 */
export function readVerdict(text: string, spec: VerdictSpec, nonce: string): Reading {
  const [field, value] = valueIn(spec);
  const schema = z
    .object({ id: z.literal(nonce), explanation: z.string(), [field]: value })
    .transform((read) => ({ value: read[field] as number, explanation: read.explanation as string }));
  const read = objectsIn(text).flatMap((object) => {
    const { success, data } = schema.safeParse(object);
    return success ? [data] : [];
  });
  const [first, ...others] = read;
  if (!first)
    return {
      problem: 'Its answer holds no verdict: no JSON object with the id and fields that were asked for.',
    };
  if (others.some(({ value }) => value !== first.value))
    return { problem: 'Its answer holds verdicts that contradict each other.' };
  return first;
}

/** What an adapter may hold a judge to. Without bounds of numbers, which not every provider takes. */
export const verdictJsonSchema = (spec: VerdictSpec): Record<string, unknown> => {
  const field = {
    binary: { pass: { type: 'boolean' } },
    scale: { score: { type: 'integer' } },
    pairwise: { better: { type: 'string', enum: ['A', 'B', 'tie'] } },
  }[spec.type];
  const properties = { id: { type: 'string' }, explanation: { type: 'string' }, ...field };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
};

/** The field that holds the verdict, and how it becomes a value. */
function valueIn(spec: VerdictSpec): [string, z.ZodType<number>] {
  if (spec.type === 'binary') return ['pass', z.boolean().transform(Number)];
  if (spec.type === 'pairwise')
    return ['better', z.enum(['A', 'B', 'tie']).transform((which) => ({ A: 1, tie: 0.5, B: 0 })[which])];
  const { min, max } = spec;
  const score = z.int().min(min).max(max);
  return ['score', score.transform((read) => (read - min) / (max - min))];
}

/** The JSON objects in a text, outermost ones only. */
function objectsIn(text: string): unknown[] {
  if (text.length > MAX_READ) return [];
  const found: unknown[] = [];
  let from = text.indexOf('{');
  for (let tries = 0; from >= 0 && tries < MAX_TRIES; tries++) {
    const end = endOfObject(text, from);
    let next = from + 1;
    if (end !== undefined) {
      try {
        found.push(JSON.parse(text.slice(from, end)));
        next = end;
      } catch {
        // No object begins here.
      }
    }
    from = text.indexOf('{', next);
  }
  return found;
}

/** Behind the brace that closes the one at `from`, where there is one. */
function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}
