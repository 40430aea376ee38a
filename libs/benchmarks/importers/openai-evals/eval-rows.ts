import type { RowMapper } from '../../importing/read-samples.js';
import type { Omissions } from '../omissions.js';
import { readChat, type ChatMessage } from './chat-input.js';

type Row = Record<string, unknown>;

/** What the metadata of a sample calls its messages. */
export const MESSAGES = 'messages';

/**
 * Makes lines of a samples file samples: `input` is the last of the messages, all of which stand in the metadata, with
 * the examples before the last; `ideal` are the targets. What else a line has becomes metadata.
 */
export class EvalRows implements RowMapper {
  /** @param criteria the field that says by what a judge judges, where there is one. */
  constructor(
    private readonly examples: ChatMessage[],
    private readonly omissions: Omissions,
    private readonly criteria?: { field: string; always: string[] },
  ) {}

  map({ input, ideal, ...others }: Row): { json: Row } | { problem: string } {
    const chat = readChat(input);
    if ('problem' in chat) return { problem: `input ${chat.problem}` };
    for (const name of chat.names) {
      this.omissions.add(
        'input.name',
        `Messages have no names ("${name}"); examples become messages of their role.`,
      );
    }
    if (this.criteria === undefined && ideal === undefined) return { problem: 'the line has no ideal' };
    const last = chat.messages.at(-1);
    for (const key of this.criteria ? [MESSAGES, 'assertions'] : [MESSAGES]) {
      if (Object.hasOwn(others, key))
        this.omissions.add(key, `The import needs "${key}" of the metadata itself.`);
    }
    const metadata: Row = {
      ...others,
      [MESSAGES]: [...chat.messages.slice(0, -1), ...this.examples, last],
    };
    if (this.criteria) {
      const { field, always } = this.criteria;
      const own = others[field];
      const all = [...always, ...(typeof own === 'string' ? [own] : [])];
      if (all.length === 0) return { problem: `the line has no ${field}, by which it could be judged` };
      metadata.assertions = all.map((criteria) => ({
        scorer: { type: 'llm_judge', criteria, show_target: false },
      }));
    }
    return { json: { input: last?.content, target: ideal ?? NOTHING, metadata } };
  }

  unseenFields(): string[] {
    return [];
  }
}

/** A sample has a target; where only judges judge it, nobody is shown this one. */
const NOTHING = '-';
