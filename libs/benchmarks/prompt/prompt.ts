import { z } from 'zod';
import { AppError, messageOf } from '#libs/common';
import type { Sample } from '../sample.js';
import { exampleChooser, fewShotSchema, type Example } from './few-shot.js';
import { LimitedRenderer, MAX_SIZE } from './template-limits.js';
import { PromptTemplate, type ExampleContext, type TemplateContext } from './template.js';

const role = z.enum(['system', 'user', 'assistant']);

const templateSchema = z.strictObject({
  role,
  content: z.string().min(1).max(50_000).describe('A Jinja template'),
});

const sampleMessagesSchema = z.strictObject({
  sample_messages: z
    .string()
    .min(1)
    .max(100)
    .describe('Here stand the messages that the metadata of the sample has by this name, as they are'),
});

/** Messages that a sample brings, in its metadata. They are no templates. */
const ownMessagesSchema = z
  .array(z.strictObject({ role, content: z.string().min(1) }))
  .min(1)
  .max(256);

export const promptSchema = z.strictObject({
  messages: z
    .array(z.union([templateSchema, sampleMessagesSchema]))
    .min(1)
    .max(64),
  few_shot: fewShotSchema.optional(),
});

export type Prompt = z.infer<typeof promptSchema>;

/** The choices, if there are any, each on a line behind its letter and below an empty line. */
export const CHOICES_TEMPLATE =
  "{% if choices %}{{ '\\n' }}{% for choice in choices %}{{ '\\n' ~ letters[loop.index0] ~ '. ' ~ choice }}{% endfor %}{% endif %}";

export const DEFAULT_PROMPT: Prompt = {
  messages: [{ role: 'user', content: `{{ input }}${CHOICES_TEMPLATE}` }],
};

const MAX_SHAPES = 1000;

/** A prompt whose templates are parsed and checked, for all samples of a benchmark version. */
export interface CompiledPrompt {
  /**
   * The messages for one sample. Few-shot examples depend on seed and sample id alone, and those of a split not on
   * the seed either.
   * @throws AppError `template_failed`: a filter that does not fit its value, or more than the limits allow
   */
  render(sample: Sample, seed: number): z.infer<typeof ownMessagesSchema>;
  /**
   * Why this sample cannot be rendered, a sentence each: what a template reads and the sample lacks. Of samples that
   * have the same fields of the same types, only the first is also rendered, for that takes many times as long.
   */
  problems(sample: Sample): string[];
}

/**
 * @param drawn the samples that few-shot examples are drawn from, where the prompt names a split for them.
 * @throws AppError `invalid_template` with an entry for each bad message: syntax, unknown names, forbidden calls.
 */
export function compilePrompt({ messages, few_shot }: Prompt, drawn: Example[] = []): CompiledPrompt {
  const parts = compileParts(messages);
  const examplesFor = few_shot ? exampleChooser(few_shot, drawn) : () => [];

  const contextOf = (sample: Sample, seed: number): TemplateContext => {
    const { id, input, choices, category, metadata } = sample;
    const shown = examplesFor(sample, seed).map(toExampleContext);
    return { id, input, choices, letters: lettersFor(choices), category, metadata, few_shot: shown };
  };

  const renderAll = (context: TemplateContext, metadata: Sample['metadata']) => {
    const renderer = new LimitedRenderer(context);
    const rendered = parts.flatMap((part, i) => {
      try {
        if ('own' in part) return ownMessagesSchema.parse(metadata[part.own]);
        return [{ role: part.role, content: part.template.render(renderer) }];
      } catch (error) {
        throw failure(`template message ${i + 1} fails on sample ${context.id}: ${messageOf(error)}`);
      }
    });
    const size = rendered.reduce((sum, { content }) => sum + content.length, 0);
    if (size > MAX_SIZE)
      throw failure(`the messages for sample ${context.id} are longer than 1 MiB together`);
    return rendered;
  };

  const renderedShapes = new Set<string>();

  return {
    render: (sample, seed) => renderAll(contextOf(sample, seed), sample.metadata),
    problems(sample) {
      const context = contextOf(sample, 0);
      const missing = parts.flatMap((part, i) => {
        if ('own' in part) return ownProblems(part.own, sample);
        return part.template
          .missingIn(context)
          .map((path) => `template message ${i + 1} reads ${path}, which sample ${sample.id} lacks`);
      });
      const shape = shapeOf(sample);
      if (missing.length > 0 || renderedShapes.has(shape)) return missing;
      try {
        renderAll(context, sample.metadata);
        if (renderedShapes.size < MAX_SHAPES) renderedShapes.add(shape);
        return [];
      } catch (error) {
        return [messageOf(error)];
      }
    },
  };
}

type Part = { role: z.infer<typeof role>; template: PromptTemplate } | { own: string };

function compileParts(messages: Prompt['messages']): Part[] {
  const errors: { message: string; path: string }[] = [];
  const parts = messages.flatMap((message, i): Part[] => {
    if ('sample_messages' in message) return [{ own: message.sample_messages }];
    try {
      return [{ role: message.role, template: new PromptTemplate(message.content) }];
    } catch (error) {
      errors.push({
        message: `template message ${i + 1}: ${messageOf(error)}`,
        path: `messages.${i}.content`,
      });
      return [];
    }
  });
  if (errors.length === 0) return parts;
  throw AppError.invalid('invalid_template', errors.map(({ message }) => message).join('; '), errors);
}

function ownProblems(name: string, { id, metadata }: Sample): string[] {
  const { error } = ownMessagesSchema.safeParse(metadata[name]);
  if (!error) return [];
  const [issue] = error.issues;
  const at = ['metadata', name, ...(issue?.path ?? [])].join('.');
  return [
    `the prompt takes messages from ${at}, which sample ${id} does not have as it should: ${issue?.message}`,
  ];
}

/** The types that a value is made of, as text; a list counts as its first element. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeOf(value[0])}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  let shape = '{';
  for (const key of Object.keys(value)) {
    shape += `${key.length} ${key}:${shapeOf((value as Record<string, unknown>)[key])},`;
  }
  return `${shape}}`;
}

const failure = (message: string): AppError => AppError.invalid('template_failed', message);

function toExampleContext({ input, targets, choices, category, metadata }: Example): ExampleContext {
  return { input, target: targets[0], choices, letters: lettersFor(choices), category, metadata };
}

const lettersFor = (choices: string[] = []): string[] => choices.map((_, i) => String.fromCharCode(65 + i));
