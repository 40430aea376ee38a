import { messageOf } from '#libs/common';
import type { RowMapper } from '../../importing/read-samples.js';
import { LimitedRenderer } from '../../prompt/template-limits.js';
import { RowTemplate } from '../../prompt/template.js';
import type { Task } from './task-schema.js';

type Row = Record<string, unknown>;

/** As text it would say the same of every row, so it is meant as a column, also where a row lacks it. */
const WORD = /^[\w-]+$/;

/** A column's name or a template, as the harness has it: a column wins. */
type Reader = (row: Row) => unknown;

/**
 * Makes rows of the task's dataset samples: `input` is doc_to_text, and of a multiple-choice task also the choices,
 * where they are not mere letters; then the target is a letter. Fields that no template reads become metadata.
 */
export class TaskRows implements RowMapper {
  private readonly text: Reader;
  private readonly target: Reader;
  private readonly choices: Reader | undefined;
  private readonly used = new Set<string>();
  private readonly isChoice: boolean;

  /** @throws Error naming the key whose template is wrong. */
  constructor({ doc_to_text, doc_to_target, doc_to_choice, output_type }: Task) {
    this.isChoice = output_type === 'multiple_choice';
    this.text = this.readerOf('doc_to_text', doc_to_text);
    this.target =
      typeof doc_to_target === 'number' ? () => doc_to_target : this.readerOf('doc_to_target', doc_to_target);
    if (doc_to_choice !== undefined) {
      this.choices =
        typeof doc_to_choice === 'string'
          ? this.readerOf('doc_to_choice', doc_to_choice)
          : () => doc_to_choice;
    }
  }

  map(row: Row): { json: Row } | { problem: string } {
    try {
      const choices = this.choices && textsOf(this.choices(row));
      const target = answersOf(this.target(row), choices, this.isChoice);
      const input = textOf('doc_to_text', this.text(row)) + (this.isChoice && choices ? listed(choices) : '');
      const metadata = Object.fromEntries(Object.entries(row).filter(([name]) => !this.used.has(name)));
      return { json: { input, target, ...(this.isChoice && { choices }), metadata } };
    } catch (error) {
      return { problem: messageOf(error) };
    }
  }

  unseenFields(): string[] {
    return [];
  }

  private readerOf(key: string, source: string): Reader {
    this.used.add(source);
    if (WORD.test(source)) {
      return (row) => {
        if (Object.hasOwn(row, source)) return row[source];
        throw new Error(`${key} is the column ${source}, which the row lacks`);
      };
    }
    let template: RowTemplate;
    try {
      template = new RowTemplate(source);
    } catch (error) {
      throw new Error(`${key}: ${messageOf(error)}`, { cause: error });
    }
    for (const field of template.fields) this.used.add(field);
    // The engine drops a newline at the end of a template; the harness keeps it.
    const end = source.endsWith('\n') ? '\n' : '';
    return (row) => {
      if (Object.hasOwn(row, source)) return row[source];
      const missing = template.missingIn(row);
      if (missing.length > 0) throw new Error(`${key} reads ${missing.join(', ')}, which the row lacks`);
      try {
        return template.render(new LimitedRenderer(row)) + end;
      } catch (error) {
        throw new Error(`${key} fails: ${messageOf(error)}`, { cause: error });
      }
    };
  }
}

/** A list, or its text as templates write it. */
function textsOf(value: unknown): string[] {
  const list = listIn(value);
  if (list) return list;
  throw new Error(`doc_to_choice gives no list, but ${JSON.stringify(value)}`);
}

function listIn(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string' || !value.startsWith('[') || !value.endsWith(']')) return undefined;
  try {
    return (JSON.parse(value) as unknown[]).map(String);
  } catch {
    return undefined;
  }
}

function textOf(key: string, value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new Error(`${key} gives ${JSON.stringify(value) ?? 'nothing'}, which is no text`);
}

/** The accepted answers; a number stands for the choice at that place, from 0. */
function answersOf(value: unknown, choices: string[] | undefined, isChoice: boolean): string | string[] {
  const list = listIn(value);
  if (list) return list.map((answer) => answerOf(answer, choices, isChoice));
  return answerOf(textOf('doc_to_target', value), choices, isChoice);
}

function answerOf(answer: string, choices: string[] | undefined, isChoice: boolean): string {
  if (!choices) return answer;
  const place = /^\d+$/.test(answer) ? Number(answer) : choices.indexOf(answer);
  const choice = choices[place];
  if (choice === undefined) {
    throw new Error(`doc_to_target gives "${answer}", which is none of the ${choices.length} choices`);
  }
  return isChoice ? letterAt(place) : choice;
}

const letterAt = (place: number): string => String.fromCharCode(65 + place);

function listed(choices: string[]): string {
  if (choices.every((choice, place) => choice === letterAt(place))) return '';
  return `\n\n${choices.map((choice, place) => `${letterAt(place)}. ${choice}`).join('\n')}`;
}
