import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { AppError, isStorable, messageOf, type InputError } from '#libs/common';
import { MAX_ALIASES, plainValue } from '../../definition/parse-yaml.js';

const MAX_INCLUDES = 20;
const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq|merge)$/;

type YamlMap = Record<string, unknown>;

/**
 * A task file with what it includes: its own keys win, as whole keys.
 * @param includes text of the included files, by the name in `include` or its last part.
 * @throws AppError `code_hooks` with the line of each; `invalid_task` for what is no YAML; `include_missing`.
 */
export function readTask(text: string, includes: Record<string, string> = {}): YamlMap {
  let left = MAX_INCLUDES;
  const read = (name: string, source: string): YamlMap => {
    const { include = [], ...own } = parseMap(name, source);
    let task: YamlMap = {};
    for (const file of [include].flat()) {
      if (left-- === 0) {
        throw invalid(
          `${name} includes more than ${MAX_INCLUDES} files, or itself. Write the task as one file.`,
        );
      }
      const path = String(file);
      const last = path.split('/').at(-1) ?? '';
      const found = [path, last].find((key) => Object.hasOwn(includes, key));
      if (found === undefined) {
        throw AppError.invalid(
          'include_missing',
          `${name} includes "${path}", which is not among "includes". Send its text under that name.`,
          [{ message: `"${path}" is missing`, path: 'includes' }],
        );
      }
      task = { ...task, ...read(path, includes[found] ?? '') };
    }
    return { ...task, ...own };
  };
  const task = read('the task', text);
  if (!isStorable(task))
    throw invalid('The task holds a NUL character or half of a surrogate pair. Remove it.');
  return task;
}

/** By YAML 1.1, which is what the harness reads: there, `no` is false. */
function parseMap(name: string, text: string): YamlMap {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { version: '1.1', lineCounter: lines, logLevel: 'silent' });
    const [error] = document.errors;
    if (error) {
      throw invalid(`In ${name}: ${error.message}`, [
        { message: error.code, line: lines.linePos(error.pos[0]).line },
      ]);
    }
    const hooks = hooksIn(document, lines);
    if (hooks.length > 0) throw codeHooks(name, hooks);
    const value = plainValue(document);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as YamlMap;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
    throw invalid(`In ${name}: ${reason}. Write it simpler; at most ${MAX_ALIASES} aliases are followed.`);
  }
  throw invalid(`The YAML of ${name} is no map of keys. Send the text of a task file.`);
}

const codeHooks = (name: string, hooks: InputError[]): AppError =>
  AppError.invalid(
    'code_hooks',
    `The task runs code, on line ${hooks.map(({ line }) => line).join(', ')} of ${name}. Code is not imported: write what it does as a template or a filter, or give a dataset to which it has been done.`,
    hooks.map((hook) => ({ ...hook, message: `${name}: ${hook.message}` })),
  );

function hooksIn(document: Document, lines: LineCounter): InputError[] {
  const hooks: InputError[] = [];
  visit(document, {
    Node(_key, node) {
      if (!isNode(node) || node.tag === undefined || CORE_TAG.test(node.tag)) return;
      const { line } = lines.linePos(node.range?.[0] ?? 0);
      const shown = 'value' in node ? `${node.tag} ${String(node.value)}` : node.tag;
      hooks.push({ message: `${shown} is code`, line });
    },
  });
  return hooks;
}

const invalid = (message: string, errors: InputError[] = []): AppError =>
  AppError.invalid('invalid_task', message, errors);
