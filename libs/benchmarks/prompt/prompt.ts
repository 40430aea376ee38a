import { z } from 'zod';
import { AppError, messageOf } from '#libs/common';
import type { Sample } from '../sample.js';
import { exampleChooser, fewShotSchema, type Example } from './few-shot.js';
import { LimitedRenderer, MAX_SIZE } from './template-limits.js';
import { PromptTemplate, type ExampleContext, type TemplateContext } from './template.js';

const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().min(1).max(50_000).describe('A Jinja template'),
});

/** How a sample becomes messages: templates and, if wanted, a pool of solved examples to choose from. */
export const promptSchema = z.strictObject({
  messages: z.array(messageSchema).min(1).max(64),
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
  render(sample: Sample, seed: number): z.infer<typeof messageSchema>[];
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
  const templates = compileTemplates(messages);
  const examplesFor = few_shot ? exampleChooser(few_shot, drawn) : () => [];

  const contextOf = (sample: Sample, seed: number): TemplateContext => {
    const { id, input, choices, category, metadata } = sample;
    const shown = examplesFor(sample, seed).map(toExampleContext);
    return { id, input, choices, letters: lettersFor(choices), category, metadata, few_shot: shown };
  };

  const renderAll = (context: TemplateContext) => {
    const renderer = new LimitedRenderer(context);
    const rendered = templates.map(({ role, template }, i) => {
      try {
        return { role, content: template.render(renderer) };
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
    render: (sample, seed) => renderAll(contextOf(sample, seed)),
    problems(sample) {
      const context = contextOf(sample, 0);
      const missing = templates.flatMap(({ template }, i) =>
        template
          .missingIn(context)
          .map((path) => `template message ${i + 1} reads ${path}, which sample ${sample.id} lacks`),
      );
      const shape = shapeOf(sample);
      if (missing.length > 0 || renderedShapes.has(shape)) return missing;
      try {
        renderAll(context);
        if (renderedShapes.size < MAX_SHAPES) renderedShapes.add(shape);
        return [];
      } catch (error) {
        return [messageOf(error)];
      }
    },
  };
}

function compileTemplates(messages: Prompt['messages']) {
  const errors: { message: string; path: string }[] = [];
  const templates = messages.flatMap(({ role, content }, i) => {
    try {
      return { role, template: new PromptTemplate(content) };
    } catch (error) {
      errors.push({
        message: `template message ${i + 1}: ${messageOf(error)}`,
        path: `messages.${i}.content`,
      });
      return [];
    }
  });
  if (errors.length === 0) return templates;
  throw AppError.invalid('invalid_template', errors.map(({ message }) => message).join('; '), errors);
}

/** The types that a value is made of, as text; a list counts as its first element. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeOf(value[0])}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  let shape = '{';
  for (const key of Object.keys(value)) {
    shape += `${JSON.stringify(key)}:${shapeOf((value as Record<string, unknown>)[key])},`;
  }
  return `${shape}}`;
}

const failure = (message: string): AppError => AppError.invalid('template_failed', message);

function toExampleContext({ input, targets, choices, category, metadata }: Example): ExampleContext {
  return { input, target: targets[0], choices, letters: lettersFor(choices), category, metadata };
}

const lettersFor = (choices: string[] = []): string[] => choices.map((_, i) => String.fromCharCode(65 + i));
