import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { AgentError } from '../agent-error.js';
import type { AgentMessage, AgentResponse, FinishReason, ToolCall, Usage } from '../agent-adapter.js';
import { emptyResponse, refusal, truncatedResponse } from '../provider/provider-failure.js';
import { wireText, wireUsage } from '../provider/read-wire.js';
import { StreamedAnswer } from '../provider/streamed-answer.js';
import type { OpenAiCall, OpenAiQuestion } from './openai-adapter.js';

/** One call to the Responses API. It has no seed. */
export async function completeResponse(call: OpenAiCall): Promise<AgentResponse> {
  const { options } = call;
  const parameters = responseParameters(call);
  if (!call.settings.stream) {
    return readResponse(await call.client.responses.create(parameters, options), null, call);
  }
  const answer = new StreamedAnswer();
  const stream = await call.client.responses.create({ ...parameters, stream: true }, options);
  let final: Response | undefined;
  for await (const event of stream) {
    if (isContent(event)) answer.mark();
    if (event.type === 'error') throw refusal(call.connection.endpoint, event);
    if (isFinal(event)) final = event.response;
  }
  if (final === undefined) throw truncatedResponse(null);
  return readResponse(final, answer.ttftMs, call);
}

export function responseParameters({
  model,
  request,
  settings,
}: OpenAiQuestion): ResponseCreateParamsNonStreaming {
  const { tools, responseSchema } = request;
  const { temperature, topP, maxTokens, stop } = request.settings;
  const effort = settings.reasoning_effort;
  if (stop !== undefined) {
    throw new AgentError(
      'configuration',
      'setting_not_supported',
      "The Responses API has no stop sequences. Set the agent's api to chat, or run without stop.",
    );
  }
  return {
    model,
    input: request.messages.flatMap(toItems),
    tools: tools?.map((tool) => ({ type: 'function', ...tool, strict: false })),
    text: responseSchema && {
      format: { type: 'json_schema', name: 'answer', schema: responseSchema, strict: true },
    },
    temperature,
    top_p: topP,
    max_output_tokens: maxTokens,
    reasoning: effort && { effort },
    // What is not kept there has to be handed back with the results of tools; models that do not reason refuse this.
    ...(tools && effort && effort !== 'none' && { include: ['reasoning.encrypted_content'] }),
    // Samples are somebody's benchmark: nobody asked the provider to keep them.
    store: false,
  };
}

/** A message of plain text is an item already. */
function toItems(message: AgentMessage): ResponseInputItem | ResponseInputItem[] {
  if (message.role === 'tool')
    return { type: 'function_call_output', call_id: message.id, output: message.content };
  if (message.role === 'assistant' && message.calls) {
    const { content, calls, reasoning = [] } = message;
    return [
      ...(reasoning as ResponseInputItem[]),
      ...(content === '' ? [] : [{ role: 'assistant' as const, content }]),
      ...calls.map(
        ({ id, name, arguments: text }) =>
          ({ type: 'function_call', call_id: id, name, arguments: text }) as const,
      ),
    ];
  }
  if (message.role !== 'user' || typeof message.content === 'string') return message as ResponseInputItem;
  return {
    role: 'user',
    content: message.content.map((part) =>
      part.type === 'text'
        ? { type: 'input_text', text: part.text }
        : { type: 'input_image', image_url: part.image, detail: 'auto' },
    ),
  };
}

const isContent = ({ type }: ResponseStreamEvent): boolean =>
  type === 'response.output_text.delta' ||
  type === 'response.refusal.delta' ||
  type === 'response.function_call_arguments.delta';

const isFinal = (event: ResponseStreamEvent): event is Extract<ResponseStreamEvent, { response: Response }> =>
  event.type === 'response.completed' ||
  event.type === 'response.incomplete' ||
  event.type === 'response.failed';

export function readResponse(
  response: Response,
  ttftMs: number | null,
  call: Pick<OpenAiCall, 'connection'>,
): AgentResponse {
  if (response.error) throw refusal(call.connection.endpoint, response);
  const usage = readUsage(response);
  if (response.output.length === 0 && response.status === 'completed') throw emptyResponse(usage);
  let text = '';
  const toolCalls: ToolCall[] = [];
  const reasoning: unknown[] = [];
  for (const item of response.output) {
    if (item.type === 'reasoning' && item.encrypted_content) reasoning.push(item);
    if (item.type === 'function_call') {
      toolCalls.push({ id: item.call_id, name: item.name, arguments: item.arguments });
    } else if (item.type === 'message') {
      for (const part of item.content) text += wireText(part.type === 'refusal' ? part.refusal : part.text);
    }
  }
  return {
    text,
    toolCalls,
    ...(reasoning.length > 0 && { reasoning }),
    ttftMs,
    usage,
    finishReason: finishReason(response, toolCalls),
    rawId: response.id,
  };
}

const readUsage = ({ usage }: Response): Usage | null =>
  wireUsage(
    usage?.input_tokens,
    usage?.output_tokens,
    usage?.input_tokens_details?.cached_tokens,
    usage?.output_tokens_details?.reasoning_tokens,
  );

function finishReason(response: Response, toolCalls: ToolCall[]): FinishReason {
  switch (response.incomplete_details?.reason) {
    case 'max_output_tokens':
      return 'length';
    case 'content_filter':
      return 'content_filter';
  }
  if (response.status !== 'completed') return 'other';
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}
