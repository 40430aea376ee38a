import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { AppError, messageOf, refuseForbiddenMembers, type InputError } from '#libs/common';

/** Where in a file a value begins, or a key of it; 1-based. */
export type Place = { line: number; column: number };
export type PlaceOf = (path: readonly PropertyKey[], key?: string) => Place | Record<string, never>;

/** How often what an alias names may be repeated: more is an attack on memory, and no definition needs it. */
export const MAX_ALIASES = 100;

/**
 * One YAML 1.2 document, or JSON, as plain values: no tags but those of the core schema, no key twice.
 * @param options.merge whether `<<` merges, as in YAML 1.1.
 * @throws AppError `invalid_yaml` with every error of syntax and its line.
 */
export function parseYaml(text: string, { merge = false } = {}): { value: unknown; placeOf: PlaceOf } {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      merge,
      stringKeys: true,
      logLevel: 'silent',
    });
    const errors = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
      message,
      ...placeAt(lines, pos[0]),
    }));
    if (errors.length > 0) throw invalid(errors);
    const value = plainValue(document);
    refuseForbiddenMembers(value, 'YAML');
    return { value, placeOf: (path, key) => find(document, lines, path, key) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof RangeError) throw invalid([{ message: 'it is nested too deeply' }]);
    throw invalid([{ message: messageOf(error) }]);
  }
}

/** @throws Error where it repeats more than MAX_ALIASES allow, or holds itself, which whoever walks it would do forever. */
export function plainValue(document: Document): unknown {
  visit(document, {
    Alias(_key, { source }, ancestors) {
      if (ancestors.some((node) => isNode(node) && 'anchor' in node && node.anchor === source)) {
        throw new Error(`The alias *${source} is inside of what it stands for`);
      }
    },
  });
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** The nearest that there is: what is missing has the place of what it is missing in. */
function find(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  key?: string,
): Place | Record<string, never> {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    const pair =
      depth === path.length && key !== undefined && isMap(node)
        ? node.items.find(({ key: name }) => isScalar(name) && name.value === key)
        : undefined;
    const offset = ((pair?.key ?? node) as { range?: [number, number, number] } | undefined)?.range?.[0];
    if (offset !== undefined) return placeAt(lines, offset);
  }
  return {};
}

function invalid(errors: InputError[]): AppError {
  const [first] = errors;
  const where = first?.line === undefined ? '' : ` on line ${first.line}`;
  return AppError.invalid(
    'invalid_yaml',
    `The definition cannot be read: ${first?.message}${where}.`,
    errors,
  );
}
