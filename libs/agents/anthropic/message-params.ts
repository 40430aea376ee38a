import type {
  Base64ImageSource,
  ContentBlockParam,
  MessageParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { AgentMessage, ToolCall } from '../agent-adapter.js';
import { imageSource } from '../content-part.js';

/** A conversation as the Messages API has it, without its system messages. One of plain text stays as it is. */
export function toMessageParams(messages: AgentMessage[]): MessageParam[] {
  const params: MessageParam[] = [];
  let results: ToolResultBlockParam[] | null = null;
  for (const message of messages) {
    if (message.role === 'system') continue;
    if (message.role !== 'tool') {
      results = null;
      const param = toParam(message);
      if (param) params.push(param);
      continue;
    }
    // The results of calls that came together go together.
    if (results === null) params.push({ role: 'user', content: (results = []) });
    const { id, content, error } = message;
    results.push({ type: 'tool_result', tool_use_id: id, content, ...(error && { is_error: true }) });
  }
  return params;
}

function toParam(message: Exclude<AgentMessage, { role: 'system' | 'tool' }>): MessageParam | null {
  if (message.role === 'assistant' && message.calls) {
    const { content, calls, reasoning = [] } = message;
    const blocks: ContentBlockParam[] = [
      ...(reasoning as ContentBlockParam[]),
      ...(content === '' ? [] : [{ type: 'text' as const, text: content }]),
      ...calls.map((call) => ({
        type: 'tool_use' as const,
        id: call.id,
        name: call.name,
        input: inputOf(call),
      })),
    ];
    return { role: 'assistant', content: blocks };
  }
  // The API refuses a text without characters, and a model may answer with one.
  if (message.content === '') return null;
  if (typeof message.content === 'string') return message as MessageParam;
  return {
    role: 'user',
    content: message.content.map((part) => {
      if (part.type === 'text') return part;
      const { mediaType, data } = imageSource(part.image);
      const source = { type: 'base64', media_type: mediaType, data } as Base64ImageSource;
      return { type: 'image', source };
    }),
  };
}

/** The API takes objects only. What is no JSON is wrapped, as its documentation advises, so that the model sees it. */
function inputOf({ arguments: text }: ToolCall): unknown {
  try {
    const input: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // said below
  }
  return { INVALID_JSON: text };
}
