/** `choices[0].message.content`, `content[*].text`; a name that holds other characters is quoted: `["a.b"]`. */
const STEP = /\.?([A-Za-z_$][\w$-]*)|\[(\d{1,9})\]|\[(\*)\]|\["([^"\\]+)"\]/y;

type Step = { name: string } | { index: number } | 'all';

/** A path into JSON: the names, indices and `[*]` of RFC 9535, without filters and so without patterns to run. */
export class JsonPath {
  private readonly steps: Step[] = [];

  /** @throws Error that says where the path cannot be read. */
  constructor(readonly text: string) {
    let at = text.startsWith('$') ? 1 : 0;
    while (at < text.length) {
      STEP.lastIndex = at;
      const match = STEP.exec(text);
      if (!match) throw new Error(`"${text}" cannot be read as a path from "${text.slice(at)}" on`);
      const [step, name, index, all, quoted] = match;
      if (all !== undefined) this.steps.push('all');
      else if (index !== undefined) this.steps.push({ index: Number(index) });
      else this.steps.push({ name: (name ?? quoted) as string });
      at += step.length;
    }
  }

  /** All that the path leads to, in order; nothing where it leads nowhere. */
  read(value: unknown): unknown[] {
    let found: unknown[] = [value];
    for (const step of this.steps) found = found.flatMap((from) => follow(from, step));
    return found;
  }
}

function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === 'all') return Object.values(value);
  if ('index' in step) return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  // What objects inherit is none of the JSON.
  if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return [];
  return [(value as Record<string, unknown>)[step.name]];
}
