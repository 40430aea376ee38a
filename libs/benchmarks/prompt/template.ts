import { messageOf } from '#libs/common';
import { parseTemplate, type TemplateNode } from './jinja.js';
import { CONSTANTS, limitProblem, type LimitedRenderer } from './template-limits.js';
import { readsOf, type Path, type TemplateReads } from './template-reads.js';

/** What templates may read. A sample's own target is not among it. */
const CONTEXT_FIELDS = ['id', 'input', 'choices', 'letters', 'category', 'metadata', 'few_shot'] as const;
const EXAMPLE_FIELDS = ['input', 'target', 'choices', 'letters', 'category', 'metadata'] as const;

export type TemplateContext = Record<(typeof CONTEXT_FIELDS)[number], unknown> & { id: string };
export type ExampleContext = Record<(typeof EXAMPLE_FIELDS)[number], unknown>;

const KNOWN = {
  fields: CONTEXT_FIELDS,
  exampleFields: EXAMPLE_FIELDS,
  builtins: [...Object.keys(CONSTANTS), 'namespace'],
};

/** One message's template, parsed and checked. */
export class PromptTemplate {
  private readonly root: TemplateNode;
  private readonly required: TemplateReads['required'];

  /** @throws Error that says what is wrong: syntax, a name that nothing defines, a call that is not allowed. */
  constructor(source: string) {
    this.root = parseTemplate(source);
    const problem = limitProblem(this.root);
    if (problem) throw new Error(problem);
    const { unknown, required } = readsOf(this.root, KNOWN);
    this.required = required;
    if (unknown.length > 0) {
      throw new Error(`it reads ${unknown.join(', ')}, but there are only ${CONTEXT_FIELDS.join(', ')}`);
    }
  }

  /** Dotted paths that the template reads and the context lacks. */
  missingIn(context: TemplateContext): string[] {
    const missing = this.required.filter(
      ({ path, guards }) =>
        valueAt(context, path) === undefined && guards.every((guard) => isTrue(valueAt(context, guard))),
    );
    return [...new Set(missing.map(({ path }) => path.join('.')))];
  }

  /** @throws Error when the template fails on these values or outgrows the limits. */
  render(renderer: LimitedRenderer): string {
    try {
      return renderer.render(this.root);
    } catch (error) {
      throw new Error(error instanceof RangeError ? 'it recurses too deeply' : messageOf(error), {
        cause: error,
      });
    }
  }
}

/** The value a path leads to, by the rules of the template language; undefined where it leads nowhere. */
function valueAt(context: unknown, path: Path): unknown {
  let value = context;
  for (const part of path) {
    if (typeof value === 'string' || Array.isArray(value)) {
      value = part === 'length' ? value.length : value[Number(part)];
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, part)) {
      value = (value as Record<string, unknown>)[part];
    } else {
      return undefined;
    }
  }
  return value;
}

/** Truth as the template language has it: empty lists and objects are false. */
const isTrue = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
