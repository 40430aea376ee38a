import { createHash } from 'node:crypto';
import {
  AgentError,
  imageSource,
  textOf,
  type AgentMessage,
  type AgentResponse,
  type ContentPart,
  type ToolCall,
  type ToolSpec,
} from '#libs/agents';
import type { ConversationLimits, Script, ToolAnswer, ToolState } from '#libs/benchmarks';
import type { Step, Trial } from '#libs/results';
import type { TrialFacts } from '#libs/scoring';
import type { ToolResult } from '#libs/tools';
import type { FailedCalls } from '../shard-store.js';
import { seenByUser } from './simulated-user.js';

/** What one answer of the agent took. */
export interface StepCost {
  latencyMs: number;
  costUsd: number | null;
  attempts: number;
}

type Limit = keyof ConversationLimits;
/** What calls used. */
export type Used = Pick<FailedCalls, 'inputTokens' | 'outputTokens' | 'usd'>;

/** What is kept of a conversation is one row; an agent that goes on for longer than this has failed. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** So many calls in one answer are enough; the others are told so. */
const MAX_CALLS = 32;

/** A trial in which the agent is called more than once: between its calls tools answer, or the user goes on. Pure, but for what it is handed. */
export class Conversation {
  readonly tools: ToolSpec[] | undefined;
  private readonly turns: string[];
  private readonly steps: Step[] = [];
  /** Those of the agent. */
  private readonly answers: Step[] = [];
  private readonly toolCalls: ToolCall[] = [];
  private reached: Limit | null = null;
  /** Of the last answer, and the last that was not empty. */
  private text = '';
  private words = '';
  private characters = 0;
  private state: ToolState | null;

  /**
   * @param tools of the script, and those that servers give.
   * @param messages the prompt, which grows here.
   * @param useTool what a call of a tool comes to, by its arguments and the state.
   */
  constructor(
    private readonly script: Script,
    tools: ToolSpec[],
    private readonly messages: AgentMessage[],
    private readonly useTool: (name: string, text: string, state: ToolState) => Promise<ToolAnswer>,
  ) {
    const { turns, images } = script;
    this.state = script.state;
    this.turns = [...turns];
    this.tools =
      tools.length === 0
        ? undefined
        : tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
    if (images.length > 0) show(images, messages);
  }

  /**
   * Takes an answer, and whatever follows it into the messages.
   * @param askUser what the simulated user says to the answer, null where it is done.
   * @returns whether the agent is to be called again.
   * @throws AgentError where a limit could not be kept, for what it limits is not known.
   */
  async goesOn(
    response: AgentResponse,
    cost: StepCost,
    askUser: (seen: AgentMessage[]) => Promise<string | null>,
  ): Promise<boolean> {
    const { toolCalls } = response;
    const step = stepOf('agent', response, cost, this.messages.length);
    this.steps.push(step);
    this.answers.push(step);
    this.toolCalls.push(...toolCalls);
    const calls = this.tools && response.finishReason !== 'content_filter' ? toolCalls : [];
    const { user } = this.script;
    const follows = calls.length > 0 || this.turns.length > 0 || user !== null;
    this.reached = follows ? this.limitReached() : null;
    this.text = response.text;
    this.words = response.text || this.words;
    if (!follows || this.reached !== null) return false;
    const { text: content, reasoning } = response;
    if (calls.length === 0) {
      const said = this.turns.shift() ?? (await askUser(seenByUser(user ?? '', this.messages, content)));
      if (said === null) return false;
      this.say({ role: 'assistant', content });
      this.say({ role: 'user', content: said });
      return true;
    }
    this.say({ role: 'assistant', content, calls, ...(reasoning && { reasoning }) });
    for (const [place, { id, name, arguments: text }] of calls.entries()) {
      const result = place < MAX_CALLS ? await this.resultOf(name, text) : tooMany;
      this.say({ role: 'tool', id, name, ...result });
    }
    return true;
  }

  /** The simulated user has answered. */
  heard(response: AgentResponse, cost: StepCost): void {
    this.steps.push(stepOf('user', response, cost, this.messages.length + 1));
  }

  private say(message: AgentMessage): void {
    this.characters += JSON.stringify(message).length;
    if (this.characters > MAX_CHARACTERS) throw tooLong();
    this.messages.push(message);
  }

  private async resultOf(name: string, text: string): Promise<ToolResult> {
    const { result, state } = await this.useTool(name, text, this.state ?? {});
    if (this.state !== null) this.state = state;
    return result;
  }

  private limitReached(): Limit | null {
    const { max_turns, max_tokens, max_seconds, max_cost_usd } = this.script.limits;
    const { inputTokens, outputTokens, costUsd, latencyMs } = this.totals();
    if (max_cost_usd !== undefined && costUsd === null) throw unknown('max_cost_usd', 'price');
    if (max_tokens !== undefined && inputTokens === null) throw unknown('max_tokens', 'usage');
    if (this.answers.length >= max_turns) return 'max_turns';
    if (max_tokens !== undefined && (inputTokens ?? 0) + (outputTokens ?? 0) >= max_tokens)
      return 'max_tokens';
    if (max_cost_usd !== undefined && (costUsd ?? 0) >= max_cost_usd) return 'max_cost_usd';
    if (max_seconds !== undefined && latencyMs / 1000 >= max_seconds) return 'max_seconds';
    return null;
  }

  private totals() {
    const sum = (values: (number | null)[]): number | null => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
    };
    const { answers } = this;
    return {
      latencyMs: sum(answers.map((step) => step.latency_ms)) ?? 0,
      ttftMs: answers[0]?.ttft_ms ?? null,
      inputTokens: sum(answers.map((step) => step.input_tokens)),
      outputTokens: sum(answers.map((step) => step.output_tokens)),
      costUsd: sum(answers.map((step) => step.cost_usd)),
    };
  }

  /** What it is judged by: the last answer, or where a limit ended it, the last words. */
  facts(): { output: string; facts: TrialFacts } {
    const facts = {
      ...this.totals(),
      messages: this.messages.map(({ role, content }) => ({ role, content: textOf(content) })),
      toolCalls: this.toolCalls,
      finishReason: this.finishReason(),
      ...(this.state && { state: this.state }),
    };
    return { output: this.reached === null ? this.text : this.words, facts };
  }

  /** What is kept of it, however it ended. */
  record(): Partial<Trial> & { finishReason: Trial['finishReason'] } {
    return {
      ...(this.answers.length > 0 && this.totals()),
      messages: this.messages.map(withoutImages),
      toolCalls: this.toolCalls.length > 0 ? this.toolCalls : null,
      finishReason: this.finishReason(),
      rawId: this.answers.at(-1)?.raw_id ?? null,
      steps: this.steps,
      state: this.state,
    };
  }

  private finishReason(): Trial['finishReason'] {
    return this.reached ?? this.answers.at(-1)?.finish_reason ?? null;
  }

  /** Calls made for the answers so far. */
  get attempts(): number {
    return this.answers.reduce((sum, step) => sum + step.attempts, 0);
  }

  /** What its answers used, or the last of them alone, as far as that is known. */
  used(which: 'all' | 'last'): Used {
    const used: Used = { inputTokens: 0, outputTokens: 0, usd: 0 };
    for (const step of which === 'all' ? this.answers : this.answers.slice(-1)) {
      used.inputTokens += step.input_tokens ?? 0;
      used.outputTokens += step.output_tokens ?? 0;
      used.usd += step.cost_usd ?? 0;
    }
    return used;
  }
}

/** Puts images behind the last words of the user. */
function show(images: string[], messages: AgentMessage[]): void {
  const place = messages.findLastIndex(({ role }) => role === 'user');
  const text = place < 0 ? '' : textOf((messages[place] as AgentMessage).content);
  const content: ContentPart[] = [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...images.map((image) => ({ type: 'image' as const, image })),
  ];
  messages.splice(place < 0 ? messages.length : place, place < 0 ? 0 : 1, { role: 'user', content });
}

const stepOf = (
  by: Step['by'],
  { usage, ttftMs, finishReason, rawId }: AgentResponse,
  { latencyMs, costUsd, attempts }: StepCost,
  message: number,
): Step => ({
  by,
  message,
  latency_ms: latencyMs,
  ttft_ms: ttftMs,
  input_tokens: usage?.inputTokens ?? null,
  output_tokens: usage?.outputTokens ?? null,
  cost_usd: costUsd,
  attempts,
  finish_reason: finishReason,
  raw_id: rawId,
});

const tooMany: ToolResult = {
  content: `Error: There were more than ${MAX_CALLS} calls at once. Make fewer.`,
  error: true,
};

const tooLong = (): AgentError =>
  new AgentError(
    'agent_fault',
    'conversation_too_long',
    `The conversation came to more than ${MAX_CHARACTERS} characters. Lower max_turns, or max_tokens of the answers.`,
  );

const unknown = (limit: Limit, what: string): AgentError =>
  new AgentError(
    'configuration',
    'conversation_limit_unknown',
    `The benchmark's ${limit} cannot be kept: the ${what} of this agent's calls is unknown. Set settings.pricing of the agent, or run the benchmark without that limit.`,
  );

/** Samples hold their images; a copy in every transcript would only say by which bytes the agent was asked. */
export function withoutImages(message: AgentMessage): AgentMessage {
  if (message.role !== 'user' || typeof message.content === 'string') return message;
  return {
    role: 'user',
    content: message.content.map((part) => {
      if (part.type === 'text') return part;
      const { mediaType, data } = imageSource(part.image);
      const digest = createHash('sha256').update(data, 'base64').digest('hex');
      return { type: 'image', image: `${mediaType} sha256:${digest}` };
    }),
  };
}
