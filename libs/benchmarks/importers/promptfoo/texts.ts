import { messageOf } from '#libs/common';
import { LimitedRenderer } from '../../prompt/template-limits.js';
import { RowTemplate } from '../../prompt/template.js';
import { isObject, type Json } from './source.js';

const MAX_COMPILED = 1000;

/** Renders texts that may be templates over the variables of a test; each is compiled once. */
export class Texts {
  private readonly compiled = new Map<string, RowTemplate>();

  /** @throws Error that says why it cannot be */
  render(source: string, vars: Json): string {
    if (!/\{[{%#]/.test(source)) return source;
    const template = this.compile(source);
    const missing = template.missingIn(vars);
    if (missing.length > 0) throw new Error(`it reads ${missing.join(', ')}, which the test lacks`);
    // The engine drops a newline at the end of a template; Nunjucks keeps it.
    return template.render(new LimitedRenderer(vars)) + (source.endsWith('\n') ? '\n' : '');
  }

  /** All texts within a value. */
  renderAll(value: unknown, vars: Json): unknown {
    if (typeof value === 'string') return this.render(value, vars);
    if (Array.isArray(value)) return value.map((member) => this.renderAll(member, vars));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.renderAll(member, vars)]),
    );
  }

  private compile(source: string): RowTemplate {
    const known = this.compiled.get(source);
    if (known) return known;
    try {
      const template = new RowTemplate(source);
      if (this.compiled.size >= MAX_COMPILED) this.compiled.clear();
      this.compiled.set(source, template);
      return template;
    } catch (error) {
      throw new Error(`its template cannot be used: ${messageOf(error)}`, { cause: error });
    }
  }
}
