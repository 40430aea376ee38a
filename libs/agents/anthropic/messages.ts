import type Anthropic from '@anthropic-ai/sdk';
import type {
  ContentBlock,
  Message,
  MessageCreateParamsNonStreaming,
  MessageDeltaUsage,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { z } from 'zod';
import type {
  AgentRequest,
  AgentResponse,
  FinishReason,
  GenerationSettings,
  ToolCall,
  Usage,
} from '../agent-adapter.js';
import type { CallOptions } from '../provider/provider-connection.js';
import { emptyResponse, truncatedResponse } from '../provider/provider-failure.js';
import { wireText, wireUsage } from '../provider/read-wire.js';
import { StreamedAnswer } from '../provider/streamed-answer.js';
import type { anthropicSettings } from './anthropic-settings.js';
import { toMessageParams } from './message-params.js';

/** What the API is to be asked. */
export interface MessageQuestion {
  model: string;
  settings: z.infer<typeof anthropicSettings>;
  request: AgentRequest;
}

interface MessageCall extends MessageQuestion {
  client: Anthropic;
  options: CallOptions;
}

/** The API demands a `max_tokens`; this is sent where the run sets none. */
const DEFAULT_MAX_TOKENS = 4096;

/** Later versions of the API refuse sampling settings; this one hands them to the models that still take them. */
const SAMPLING_VERSION = { 'anthropic-version': '2023-06-01' };

/** One call to the Messages API. It has no seed. */
export function completeMessage(call: MessageCall): Promise<AgentResponse> {
  return call.settings.stream ? streamMessage(call) : fetchMessage(call);
}

async function streamMessage(call: MessageCall): Promise<AgentResponse> {
  const answer = new StreamedAnswer();
  const stream = await call.client.messages.create(
    { ...messageParameters(call), stream: true },
    requestOptions(call),
  );
  let rawId: string | null = null;
  let stopReason: string | null = null;
  let tokens: Partial<MessageDeltaUsage> = {};
  const reasoning = new Map<number, ContentBlock>();
  for await (const event of stream) {
    switch (event.type) {
      case 'message_start':
        rawId = event.message.id;
        tokens = event.message.usage;
        break;
      case 'content_block_start': {
        const { index, content_block: block } = event;
        if (block.type === 'tool_use') answer.addToolCall(index, { id: block.id, name: block.name });
        if (isReasoning(block)) reasoning.set(index, block);
        break;
      }
      case 'content_block_delta': {
        const { index, delta } = event;
        if (delta.type === 'text_delta') answer.addText(wireText(delta.text));
        if (delta.type === 'input_json_delta') answer.addToolCall(index, { arguments: delta.partial_json });
        const thought = reasoning.get(index);
        if (thought?.type !== 'thinking') break;
        if (delta.type === 'thinking_delta') thought.thinking += delta.thinking;
        if (delta.type === 'signature_delta') thought.signature += delta.signature;
        break;
      }
      case 'message_delta':
        stopReason = event.delta.stop_reason;
        // Counts are cumulative; those that this event leaves out stand as the start gave them.
        tokens = { ...tokens, ...present(event.usage) };
    }
  }
  if (stopReason === null) throw truncatedResponse(readUsage(tokens));
  const { text, toolCalls, ttftMs } = answer;
  return {
    text,
    toolCalls,
    ...reasoned([...reasoning.values()]),
    ttftMs,
    usage: readUsage(tokens),
    finishReason: finishReason(stopReason),
    rawId,
  };
}

async function fetchMessage(call: MessageCall): Promise<AgentResponse> {
  return readMessage(await call.client.messages.create(messageParameters(call), requestOptions(call)));
}

export function readMessage(message: Message): AgentResponse {
  const { content, stop_reason } = message;
  if (content.length === 0 && stop_reason === null) throw emptyResponse(readUsage({ ...message.usage }));
  return {
    text: content.map((block) => (block.type === 'text' ? wireText(block.text) : '')).join(''),
    toolCalls: readToolCalls(message),
    ...reasoned(content.filter(isReasoning)),
    ttftMs: null,
    usage: readUsage({ ...message.usage }),
    finishReason: finishReason(stop_reason),
    rawId: message.id,
  };
}

export function messageParameters({
  model,
  settings,
  request,
}: MessageQuestion): MessageCreateParamsNonStreaming {
  const { temperature, topP, maxTokens, stop } = request.settings;
  const sampling = { temperature, top_p: topP };
  const system = request.messages.filter((message) => message.role === 'system');
  const { tools, responseSchema } = request;
  const { thinking, thinking_budget: budget, reasoning_effort: effort } = settings;
  const format = responseSchema && ({ type: 'json_schema', schema: responseSchema } as const);
  return {
    model,
    ...(system.length > 0 && { system: system.map(({ content }) => content).join('\n\n') }),
    messages: toMessageParams(request.messages),
    tools: tools?.map(({ name, description, parameters }) => ({
      name,
      description,
      input_schema: { type: 'object', ...parameters },
    })),
    max_tokens: (maxTokens ?? DEFAULT_MAX_TOKENS) + (budget ?? 0),
    stop_sequences: stop,
    ...sampling,
    ...(thinking && { thinking: { type: thinking } }),
    ...(budget !== undefined && { thinking: { type: 'enabled', budget_tokens: budget } }),
    ...((effort ?? format) && { output_config: { effort, format } }),
  };
}

const requestOptions = ({ request: { settings }, options }: MessageCall) => ({
  ...options,
  ...versionFor(settings),
});

/** Headers for a call with these settings. */
export function versionFor({ temperature, topP }: GenerationSettings): { headers?: typeof SAMPLING_VERSION } {
  const sampled = temperature !== undefined || topP !== undefined;
  return sampled ? { headers: SAMPLING_VERSION } : {};
}

/** What the API wants back unchanged with the results of tools. */
const isReasoning = ({ type }: ContentBlock): boolean => type === 'thinking' || type === 'redacted_thinking';

const reasoned = (blocks: ContentBlock[]): Pick<AgentResponse, 'reasoning'> =>
  blocks.length > 0 ? { reasoning: blocks } : {};

function readToolCalls({ content }: Message): ToolCall[] {
  return content.flatMap((block) =>
    block.type === 'tool_use'
      ? { id: block.id, name: block.name, arguments: JSON.stringify(block.input) }
      : [],
  );
}

/** The API counts tokens written to and read from its cache apart from `input_tokens`; ours are all input. */
function readUsage(usage: Partial<MessageDeltaUsage>): Usage | null {
  const { input_tokens, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  if (typeof input_tokens !== 'number') return null;
  return wireUsage(
    input_tokens + (read ?? 0) + (written ?? 0),
    usage.output_tokens,
    read,
    usage.output_tokens_details?.thinking_tokens,
  );
}

const present = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as Partial<T>;

function finishReason(reason: string | null): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'refusal':
      return 'content_filter';
    default:
      return 'other';
  }
}
