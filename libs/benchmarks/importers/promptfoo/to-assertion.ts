import { messageOf } from '#libs/common';
import { compileTargetProblems, scoringSpecSchema } from '#libs/scoring';
import { CODE_TYPES, TWINS, type Twin } from './assertion-types.js';
import {
  below,
  isCodeReference,
  isFile,
  isObject,
  parsed,
  type Import,
  type Json,
  type Located,
} from './source.js';
import type { Texts } from './texts.js';

const READ = ['type', 'value', 'threshold', 'weight', 'metric', 'assert', '$ref'];
const TEMPLATES = '#/assertionTemplates/';

/** Agents of ours that assertions ask. */
export interface AskedAgents {
  judges?: { agent: string }[];
  /** `name@version`. */
  embeddings?: string;
}

/** Makes assertions of promptfoo entries of our scorer `assertions`; what has no twin is named. */
export class ToAssertion {
  private readonly problems;

  constructor(
    private readonly source: Import,
    private readonly texts: Texts,
    /** What `$ref` may lead to. */
    private readonly templates: Located,
    private readonly asked: AskedAgents,
  ) {
    const scorer = { type: 'assertions', ...asked };
    this.problems = compileTargetProblems(scoringSpecSchema.parse({ scorers: [scorer] }));
  }

  /** The entries of a list of assertions; `undefined` members have no twin. */
  all(asserts: Located, vars: Json): Json[] {
    if (asserts.value === undefined || asserts.value === null) return [];
    if (!Array.isArray(asserts.value)) {
      this.source.omissions.add(asserts.at().path, 'It is no list of assertions.');
      return [];
    }
    return asserts.value.flatMap((_assert, i): Json[] => {
      const entry = this.one(below(asserts, i), vars);
      return entry ? [entry] : [];
    });
  }

  private one(located: Located, vars: Json): Json | undefined {
    const found = this.dereferenced(located);
    const { value, at } = found;
    const { path } = at();
    if (!isObject(value) || typeof value.type !== 'string')
      return this.leaveOut(path, 'It is no assertion with a type.');
    const { type, threshold, weight = 1, metric } = value;
    if (this.isCode(found, value)) return undefined;
    if (weight === 0) return this.leaveOut(path, 'An assertion with the weight 0 never fails a test.');
    for (const key of Object.keys(value)) {
      if (!READ.includes(key))
        this.source.omissions.add(at(key).path, `"${key}" of an assertion has no twin.`);
    }
    const common = {
      ...(typeof metric === 'string' && { name: metric.slice(0, 100) }),
      ...(weight !== 1 && { weight }),
    };
    if (metric !== undefined) {
      this.source.omissions.add(
        at('metric').path,
        'A metric is the name of its assertion in explanations; there is no mean of it.',
      );
    }
    if (type === 'assert-set') {
      const all = this.all(below(found, 'assert'), vars);
      return all.length === 0
        ? undefined
        : { ...common, all, ...(typeof threshold === 'number' && { threshold }) };
    }
    try {
      const entry = { ...common, ...this.twinOf(type, { value: this.valueOf(found, vars), threshold }) };
      this.check(entry);
      return entry;
    } catch (error) {
      return this.leaveOut(path, `${messageOf(error)}.`);
    }
  }

  private twinOf(type: string, { value, threshold }: { value: unknown; threshold: unknown }): Twin {
    const isNegated = type.startsWith('not-');
    const name = type.replace(/^not-/, '');
    const toTwin = Object.hasOwn(TWINS, name) ? TWINS[name] : undefined;
    if (!toTwin) throw new Error(`"${type}" has no twin here`);
    const given = typeof threshold === 'number' ? threshold : undefined;
    const twin = toTwin({ type, value, threshold: given });
    if (twin.scorer.type === 'llm_judge' && !this.asked.judges) {
      throw new Error(`"${type}" asks a model. Name agents that are to judge, as "judges": ["name@version"]`);
    }
    if (twin.scorer.type === 'semantic_similarity' && !this.asked.embeddings) {
      throw new Error(
        `"${type}" wants embeddings. Name an agent that gives them, as "embeddings": "name@version"`,
      );
    }
    if (!isNegated) return twin;
    const { threshold: passes, ...rest } = twin;
    if (passes === undefined) return { ...rest, scorer: { type: 'not', scorer: twin.scorer } };
    // It passes below the threshold, which 1 minus the value cannot say of a value that is just there.
    const reached = { type: 'all_of', threshold: passes, scorers: [twin.scorer] };
    return { ...rest, scorer: { type: 'not', scorer: reached } };
  }

  /** The value with what files hold, rendered. */
  private valueOf(found: Located, vars: Json): unknown {
    const located = below(found, 'value');
    if (!isFile(located.value)) return this.texts.renderAll(located.value, vars);
    const { name, text } = this.source.read(located.value, located.at());
    return this.texts.renderAll(/\.(?:json|ya?ml)$/.test(name) ? parsed(text, name).value : text, vars);
  }

  /** @throws Error where our scorer would refuse it */
  private check(entry: object): void {
    const [problem] = this.problems({ targets: ['-'], metadata: { assertions: [entry] } });
    if (problem === undefined) return;
    throw new Error(
      problem.replace(/^.*?cannot judge this sample: (?:its )?/, 'it cannot be judged: ').replace(/\.$/, ''),
    );
  }

  private isCode({ at }: Located, value: Json): boolean {
    const type = String(value.type).replace(/^not-/, '');
    const key = ['transform', 'contextTransform'].find((name) => value[name] !== undefined);
    const isCode = CODE_TYPES.includes(type) || key !== undefined || isCodeReference(value.value);
    if (isCode)
      this.source.foundCode(at(), key ?? (CODE_TYPES.includes(type) ? `"${type}"` : String(value.value)));
    return isCode;
  }

  private dereferenced(located: Located): Located {
    const { value } = located;
    const reference = isObject(value) ? value.$ref : undefined;
    if (typeof reference !== 'string' || !reference.startsWith(TEMPLATES)) return located;
    const name = reference.slice(TEMPLATES.length);
    return isObject(this.templates.value) && Object.hasOwn(this.templates.value, name)
      ? below(this.templates, name)
      : located;
  }

  private leaveOut(path: string, reason: string): undefined {
    this.source.omissions.add(path, `Left out. ${reason}`);
  }
}
