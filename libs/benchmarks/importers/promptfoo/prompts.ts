import { AppError } from '#libs/common';
import { parseYaml } from '../../definition/parse-yaml.js';
import { below, isCodeFile, isFile, isObject, type Import, type Json, type Located } from './source.js';
import type { Texts } from './texts.js';

/** One of promptfoo's prompts: a text, or the messages of a chat, which are templates over the variables of a test. */
export interface FooPrompt {
  label: string;
  chat: { role: string; content: string }[] | undefined;
  raw: string;
  where: { path: string };
}

const FILE_NAME = /^[^\s{}]+\.(?:txt|md|json|ya?ml|j2)$/;
const SEPARATOR = /^---\s*$/m;

/** All prompts of a configuration. */
export function readPrompts(source: Import, prompts: Located): FooPrompt[] {
  const { value } = prompts;
  const list = Array.isArray(value) ? value : isObject(value) ? Object.keys(value) : [value];
  const found = list.flatMap((entry: unknown, i) => {
    const located = Array.isArray(value) ? below(prompts, i) : { ...prompts, value: entry };
    return promptsOf(source, located);
  });
  if (found.length > 0) return found;
  source.refuseCode();
  throw AppError.invalid('invalid_config', 'There is no prompt in "prompts" that could be asked. Give one.');
}

function promptsOf(source: Import, located: Located): FooPrompt[] {
  const { value, at } = located;
  const where = at();
  const { raw, id, label } = isObject(value) ? value : { raw: value, id: undefined, label: undefined };
  const text = typeof raw === 'string' ? raw : id;
  if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (!['raw', 'id', 'label'].includes(key))
        source.omissions.add(at(key).path, `"${key}" of a prompt has no twin.`);
    }
  }
  if (typeof text !== 'string' || text === '') {
    source.omissions.add(where.path, 'Left out. It is no prompt of text.');
    return [];
  }
  if (isCodeFile(text)) {
    source.foundCode(where, text, true);
    return [];
  }
  const named = typeof label === 'string' ? label : undefined;
  if (!isFile(text) && !source.has(text) && !FILE_NAME.test(text)) {
    return [promptOf(text, named ?? text, where)];
  }
  const { name, text: content } = source.read(text, where);
  if (/\.(?:json|ya?ml)$/.test(name)) return [promptOf(content, named ?? name, where)];
  const parts = content.split(SEPARATOR).filter((part) => part.trim() !== '');
  return parts.map((part, i) => {
    const suffix = parts.length > 1 ? `-${i + 1}` : '';
    return promptOf(part.trim(), `${named ?? name}${suffix}`, where);
  });
}

const promptOf = (raw: string, label: string, where: { path: string }): FooPrompt => ({
  label,
  raw,
  chat: chatOf(raw),
  where,
});

/** JSON or YAML of messages; as with promptfoo, its texts are rendered and not the whole. */
function chatOf(raw: string): FooPrompt['chat'] {
  if (!/^\s*(?:\[|- )/.test(raw)) return undefined;
  try {
    const { value } = parseYaml(raw);
    const isChat =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((one) => isObject(one) && typeof one.role === 'string' && typeof one.content === 'string');
    return isChat ? (value as { role: string; content: string }[]) : undefined;
  } catch {
    // A prompt that only begins like a list.
    return undefined;
  }
}

/** What an agent is asked. @throws Error that says why it cannot be */
export function messagesOf(
  { chat, raw }: FooPrompt,
  { prefix = '', suffix = '' }: { prefix?: string; suffix?: string },
  vars: Json,
  texts: Texts,
): { role: string; content: string }[] {
  if (!chat) return [{ role: 'user', content: texts.render(prefix + raw + suffix, vars) }];
  return chat.map(({ role, content }) => ({ role, content: texts.render(content, vars) }));
}
