import { messageOf } from '#libs/common';
import { parseTemplate, type TemplateNode } from './jinja.js';
import { CONSTANTS, limitProblem, type LimitedRenderer } from './template-limits.js';
import { readsOf, type KnownNames, type Path, type TemplateReads } from './template-reads.js';

/** What templates may read. A sample's own target is not among it. */
const CONTEXT_FIELDS = ['id', 'input', 'choices', 'letters', 'category', 'metadata', 'few_shot'] as const;
const EXAMPLE_FIELDS = ['input', 'target', 'choices', 'letters', 'category', 'metadata'] as const;

export type TemplateContext = Record<(typeof CONTEXT_FIELDS)[number], unknown> & { id: string };
export type ExampleContext = Record<(typeof EXAMPLE_FIELDS)[number], unknown>;

const BUILTINS = [...Object.keys(CONSTANTS), 'namespace'];

/** A template, parsed and checked. */
class CheckedTemplate {
  private readonly root: TemplateNode;
  private readonly required: TemplateReads['required'];
  /** Names that it reads, and that are not among those that it was told to know. */
  protected readonly unknown: string[];

  /** @throws Error that says what is wrong: syntax, a call that is not allowed. */
  constructor(source: string, known: KnownNames) {
    this.root = parseTemplate(source);
    const problem = limitProblem(this.root);
    if (problem) throw new Error(problem);
    const { unknown, required } = readsOf(this.root, known);
    this.required = required;
    this.unknown = unknown;
  }

  /** Dotted paths that the template reads and the context lacks. */
  missingIn(context: object): string[] {
    const missing = this.required.filter(
      ({ path, guards }) =>
        valueAt(context, path) === undefined && guards.every((guard) => isTrue(valueAt(context, guard))),
    );
    return missing.length === 0 ? [] : [...new Set(missing.map(({ path }) => path.join('.')))];
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

/** One message's template. */
export class PromptTemplate extends CheckedTemplate {
  /** @throws Error also for a name that nothing defines. */
  constructor(source: string) {
    super(source, { fields: CONTEXT_FIELDS, exampleFields: EXAMPLE_FIELDS, builtins: BUILTINS });
    if (this.unknown.length > 0) {
      throw new Error(`it reads ${this.unknown.join(', ')}, but there are only ${CONTEXT_FIELDS.join(', ')}`);
    }
  }
}

/** A template over the fields of a dataset's row, whatever they are. */
export class RowTemplate extends CheckedTemplate {
  constructor(source: string) {
    super(source, { fields: [], exampleFields: [], builtins: BUILTINS });
  }

  /** Names of the fields that it reads. */
  get fields(): readonly string[] {
    return this.unknown;
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
