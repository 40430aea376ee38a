import { parseYaml } from '../../definition/parse-yaml.js';
import { AppError, type InputError } from '#libs/common';
import { Omissions } from '../omissions.js';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value of a file, and where it stands in it. */
export interface Located {
  value: unknown;
  at: (...path: PropertyKey[]) => { path: string; line?: number };
}

/** What lies below a key. */
export const below = ({ value, at }: Located, key: string | number): Located => ({
  value: (value as Json | undefined)?.[key],
  at: (...path) => at(key, ...path),
});

const CODE_FILE = /^(?:file:\/\/)?[^\s]+\.(?:[cm]?[jt]s|py|rb|sh)(?::\w+)?$/;
const SCHEME = 'file://';

/** Whether a text names a file of code, and perhaps a function in it. */
export const isCodeFile = (value: unknown): boolean =>
  typeof value === 'string' &&
  (CODE_FILE.test(value) || value.startsWith('exec:') || value.startsWith('python:'));

export const isFile = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith(SCHEME);

/** As `isCodeFile` where only `file://` makes a text a name: it may say of code what it is called. */
export const isCodeReference = (value: unknown): boolean => isFile(value) && isCodeFile(value);

/** One import: the files that were sent, and what it finds that cannot be carried over. */
export class Import {
  readonly omissions = new Omissions();
  private readonly code: InputError[] = [];
  private hasFatal = false;

  /** @param withoutCode leaves out what is code, by name, where it concerns a test or an assertion only. */
  constructor(
    private readonly files: Record<string, string>,
    private readonly withoutCode: boolean,
  ) {}

  /** Notes code. @param fatal where what is left without it would be something else. */
  foundCode(where: { path: string; line?: number }, what: string, fatal = false): void {
    this.code.push({ message: `${what} is code`, ...where });
    this.hasFatal ||= fatal;
    if (this.withoutCode) this.omissions.add(where.path, `Left out, since it is code: ${what}.`);
  }

  /** @throws AppError `code_hooks` with lines */
  refuseCode(): void {
    if (this.code.length === 0 || (this.withoutCode && !this.hasFatal)) return;
    const places = this.code
      .slice(0, 5)
      .map(({ line, path }) => (line === undefined ? path : `line ${line}`));
    const advice = this.hasFatal
      ? 'Without it the prompts or all answers would be others.'
      : 'With "without_code": true, the tests and assertions that need it are left out and named.';
    throw AppError.invalid(
      'code_hooks',
      `The configuration runs code: ${places.join(', ')}. Code is not imported. ${advice}`,
      this.code.slice(0, 100),
    );
  }

  /** The text of a file that was sent, by the path that names it or the last part of that. @throws AppError */
  read(reference: string, where: { path: string }): { name: string; text: string } {
    const path = reference.replace(SCHEME, '').replace(/^\.\//, '');
    const last = path.split('/').at(-1) ?? '';
    const name = [path, `./${path}`, last].find((key) => Object.hasOwn(this.files, key));
    if (name !== undefined) return { name, text: this.files[name] ?? '' };
    throw AppError.invalid(
      'include_missing',
      `${where.path} is in the file "${path}", which was not sent. Send its text under that name in "files".`,
      [{ message: `"${path}" is missing`, path: where.path }],
    );
  }

  /** Whether a text that does not say `file://` still names a file that was sent. */
  has(path: string): boolean {
    return Object.hasOwn(this.files, path);
  }

  /** A value, or where it names a file of YAML or JSON, what is in that. */
  resolved(located: Located): Located {
    if (!isFile(located.value)) return located;
    const { name, text } = this.read(located.value, located.at());
    return parsed(text, name);
  }
}

/** @param name of a file, where it is not the configuration itself. */
export function parsed(text: string, name?: string): Located {
  const { value, placeOf } = parseYaml(text, { merge: true });
  return {
    value,
    at: (...path) => {
      const { line } = placeOf(path) as { line?: number };
      const dotted = path.map(String).join('.');
      return name === undefined ? { path: dotted, line } : { path: `${name}: ${dotted || 'it'}` };
    },
  };
}
