import type { AgentResponse, FinishReason, ToolCall, Usage } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { wireUsage } from '../provider/read-wire.js';
import type { HttpSettings } from './http-settings.js';
import { JsonPath } from './json-path.js';

type Facts = Pick<AgentResponse, 'usage' | 'finishReason' | 'rawId'>;
type PathName = Exclude<keyof NonNullable<HttpSettings['response']>, 'tool_calls'>;

/** Words of several protocols for why an answer ended. */
const FINISH_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  content_filter: 'content_filter',
  safety: 'content_filter',
};

/** Reads an answer by the paths of an agent's settings. */
export class AnswerReader {
  private readonly paths: Partial<Record<PathName, JsonPath>> = {};
  private readonly calls: Record<'path' | 'id' | 'name' | 'arguments', JsonPath> | undefined;

  /** @param response absent: the whole answer is text. */
  constructor(response: HttpSettings['response']) {
    const { tool_calls: calls, ...paths } = response ?? {};
    for (const [name, path] of Object.entries(paths)) this.paths[name as PathName] = new JsonPath(path);
    this.calls = calls && {
      path: new JsonPath(calls.path),
      id: new JsonPath(calls.id),
      name: new JsonPath(calls.name),
      arguments: new JsonPath(calls.arguments),
    };
  }

  /** @throws AgentError `answer_not_found` where there is neither a text nor a tool call. */
  read(answer: unknown): Omit<AgentResponse, 'ttftMs'> {
    const facts = this.facts([answer]);
    const toolCalls = this.toolCalls(answer);
    const { text: path } = this.paths;
    const found = path ? path.read(answer) : [answer];
    const texts = found.filter((value) => typeof value === 'string');
    // A null is what many servers send beside tool calls.
    const other = found.find((value) => typeof value !== 'string' && value !== null);
    if (other !== undefined || (found.length === 0 && toolCalls.length === 0)) {
      throw this.nothingAt(path?.text ?? '$', answer, facts.usage);
    }
    return {
      ...facts,
      text: texts.join(''),
      toolCalls,
      finishReason: toolCalls.length > 0 && !this.paths.finish_reason ? 'tool_calls' : facts.finishReason,
    };
  }

  /** Whether an event of a stream tells anything but text. */
  reads(event: unknown): boolean {
    return Object.values(this.paths).some((path) => path.read(event).length > 0);
  }

  /** What several pieces of one answer say beside its text; of each the last word counts. */
  facts(pieces: unknown[]): Facts {
    const last = (name: PathName): unknown =>
      pieces
        .flatMap((piece) => this.paths[name]?.read(piece) ?? [])
        .filter((value) => value !== null)
        .at(-1);
    const reason = last('finish_reason');
    const id = last('id');
    return {
      usage: wireUsage(
        last('input_tokens'),
        last('output_tokens'),
        last('cached_input_tokens'),
        last('reasoning_tokens'),
      ),
      finishReason:
        reason === undefined
          ? 'stop'
          : (typeof reason === 'string' && FINISH_REASONS[reason.toLowerCase()]) || 'other',
      rawId: typeof id === 'string' ? id : null,
    };
  }

  nothingAt(path: string, answer: unknown, usage: Usage | null): AgentError {
    const names = typeof answer === 'object' && answer !== null ? Object.keys(answer).slice(0, 10) : [];
    const has = names.length > 0 ? ` It has ${names.map((name) => name.slice(0, 40)).join(', ')}.` : '';
    return new AgentError(
      'agent_fault',
      'answer_not_found',
      `The answer has no text at "${path}".${has} Check the path in the agent's settings.`,
      { usage: usage ?? undefined },
    );
  }

  private toolCalls(answer: unknown): ToolCall[] {
    const { calls } = this;
    if (!calls) return [];
    // A path may lead to the list, or by [*] to each call.
    return calls.path
      .read(answer)
      .flat()
      .filter((call) => call !== null)
      .map((call) => ({
        id: asText(calls.id.read(call)[0] ?? ''),
        name: asText(calls.name.read(call)[0] ?? ''),
        arguments: asText(calls.arguments.read(call)[0] ?? {}),
      }));
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
