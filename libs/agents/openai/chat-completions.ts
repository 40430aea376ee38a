import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { AgentMessage, AgentResponse, FinishReason, ToolCall, Usage } from '../agent-adapter.js';
import { emptyResponse, truncatedResponse } from '../provider/provider-failure.js';
import { wireText, wireUsage } from '../provider/read-wire.js';
import { StreamedAnswer } from '../provider/streamed-answer.js';
import type { OpenAiCall, OpenAiQuestion } from './openai-adapter.js';

/** One call to Chat Completions, which local servers speak too. */
export function completeChat(call: OpenAiCall): Promise<AgentResponse> {
  return call.settings.stream ? streamChat(call) : fetchChat(call);
}

async function streamChat(call: OpenAiCall): Promise<AgentResponse> {
  const answer = new StreamedAnswer();
  const stream = await call.client.chat.completions.create(
    { ...chatParameters(call), stream: true, stream_options: { include_usage: true } },
    call.options,
  );
  let rawId: string | null = null;
  let finish: string | null | undefined;
  let usage: Usage | null = null;
  for await (const chunk of stream) {
    rawId ??= chunk.id;
    usage = readUsage(chunk.usage) ?? usage;
    const choice = chunk.choices[0];
    if (choice === undefined) continue;
    finish = choice.finish_reason ?? finish ?? null;
    answer.addText(wireText(choice.delta.content) + wireText(choice.delta.refusal));
    for (const { index, id, function: called } of choice.delta.tool_calls ?? []) {
      answer.addToolCall(index, { id, name: called?.name, arguments: called?.arguments });
    }
  }
  if (rawId !== null && finish === undefined) throw emptyResponse(usage);
  if (!finish) throw truncatedResponse(usage);
  const { text, toolCalls, ttftMs } = answer;
  return { text, toolCalls, ttftMs, usage, finishReason: finishReason(finish), rawId };
}

async function fetchChat(call: OpenAiCall): Promise<AgentResponse> {
  return readCompletion(await call.client.chat.completions.create(chatParameters(call), call.options));
}

export function readCompletion(completion: ChatCompletion): AgentResponse {
  const choice = completion.choices[0];
  const usage = readUsage(completion.usage);
  if (choice === undefined) throw emptyResponse(usage);
  return {
    text: wireText(choice.message.content) + wireText(choice.message.refusal),
    toolCalls: readToolCalls(choice.message),
    ttftMs: null,
    usage,
    finishReason: finishReason(choice.finish_reason),
    rawId: completion.id,
  };
}

export function chatParameters(call: OpenAiQuestion): ChatCompletionCreateParamsNonStreaming {
  const { settings, messages, tools, responseSchema, trial } = call.request;
  const { temperature, topP, maxTokens, stop } = settings;
  return {
    model: call.model,
    messages: messages.map(toChatMessage),
    tools: tools?.map((tool) => ({ type: 'function', function: { ...tool } })),
    response_format: responseSchema && {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: responseSchema, strict: true },
    },
    seed: trial.seed,
    temperature,
    top_p: topP,
    stop,
    reasoning_effort: call.settings.reasoning_effort,
    // OpenAI deprecated `max_tokens`, and its reasoning models refuse it; other servers know only that.
    [isOpenAi(call) ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
  };
}

/** Azure is OpenAI under an address of the customer's own. */
const isOpenAi = ({ connection, settings }: OpenAiQuestion): boolean =>
  connection.endpoint.official || settings.azure_api_version !== undefined;

/** A message of plain text is one already. */
function toChatMessage(message: AgentMessage): ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.id, content: message.content };
  if (message.role === 'assistant' && message.calls) {
    const { content, calls } = message;
    return {
      role: 'assistant',
      content: content === '' ? null : content,
      tool_calls: calls.map(({ id, name, arguments: text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
    };
  }
  if (message.role !== 'user' || typeof message.content === 'string')
    return message as ChatCompletionMessageParam;
  return {
    role: 'user',
    content: message.content.map((part) =>
      part.type === 'text' ? part : { type: 'image_url', image_url: { url: part.image } },
    ),
  };
}

function readToolCalls({ tool_calls }: ChatCompletion.Choice['message']): ToolCall[] {
  return (tool_calls ?? []).flatMap((call) =>
    call.type === 'function'
      ? { id: call.id, name: call.function.name, arguments: call.function.arguments }
      : [],
  );
}

const readUsage = (usage: CompletionUsage | null | undefined): Usage | null =>
  wireUsage(
    usage?.prompt_tokens,
    usage?.completion_tokens,
    usage?.prompt_tokens_details?.cached_tokens,
    usage?.completion_tokens_details?.reasoning_tokens,
  );

function finishReason(reason: string): FinishReason {
  switch (reason) {
    case 'stop':
    case 'length':
    case 'tool_calls':
    case 'content_filter':
      return reason;
    default:
      return 'other';
  }
}
