import { imageDataUrl, textOf, type AgentMessage, type ContentPart, type ToolCall } from '#libs/agents';
import { withoutImages } from '../../execution/conversation.js';
import type { InspectMessage, InspectSample } from './inspect-log.js';

const ATTACHMENT = /^(?:attachment|tc):\/\/(.+)$/;

/** Long texts stand in a log once, and elsewhere by reference. */
export function resolved(value: string, { attachments }: Pick<InspectSample, 'attachments'>): string {
  const id = ATTACHMENT.exec(value)?.[1];
  return (
    (id !== undefined && attachments && Object.hasOwn(attachments, id) ? attachments[id] : undefined) ?? value
  );
}

/** The words of a message, and its images where there are any. Reasoning, audio and the like are left out. */
function contentOf({ content }: InspectMessage, sample: InspectSample): string | ContentPart[] {
  if (typeof content === 'string') return resolved(content, sample);
  const parts = (content ?? []).flatMap((part): ContentPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: resolved(part.text ?? '', sample) }];
    if (part.type !== 'image') return [];
    const source = resolved(part.image ?? '', sample);
    const image = imageDataUrl(source);
    return [
      image === null ? { type: 'text', text: `[image ${source.slice(0, 500)}]` } : { type: 'image', image },
    ];
  });
  return parts.every(({ type }) => type === 'text') ? textOf(parts) : parts;
}

const callsOf = ({ tool_calls }: InspectMessage): ToolCall[] =>
  (tool_calls ?? []).map((call) => ({
    id: call.id ?? '',
    name: call.function,
    arguments: JSON.stringify(call.arguments ?? {}),
  }));

function toMessage(message: InspectMessage, sample: InspectSample): AgentMessage {
  const content = contentOf(message, sample);
  const { role } = message;
  if (role === 'user') return withoutImages({ role, content });
  const text = textOf(content);
  if (role === 'system') return { role, content: text };
  const calls = callsOf(message);
  if (role === 'assistant') return { role, content: text, ...(calls.length > 0 && { calls }) };
  const { tool_call_id: id, function: name, error } = message;
  return {
    role,
    content: text,
    id: id ?? '',
    name: name ?? '',
    ...(error !== undefined && error !== null && { error: true }),
  };
}

/** What a transcript keeps: all before the last answer, the answer, and every call of a tool. */
export function conversationOf(sample: InspectSample) {
  const { messages, output } = sample;
  const last = messages.at(-1);
  const choice = output?.choices[0];
  const answer = choice?.message ?? (last?.role === 'assistant' ? last : undefined);
  const before = last?.role === 'assistant' ? messages.slice(0, -1) : messages;
  const calls = messages.flatMap(callsOf);
  return {
    messages: before.map((message) => toMessage(message, sample)),
    output: output?.completion
      ? resolved(output.completion, sample)
      : answer
        ? textOf(contentOf(answer, sample))
        : null,
    toolCalls: calls.length > 0 ? calls : null,
    stopReason: choice?.stop_reason ?? null,
  };
}

/** What a sample asks, as one text. */
export const inputOf = (sample: InspectSample): string =>
  typeof sample.input === 'string'
    ? resolved(sample.input, sample)
    : sample.input
        .filter(({ role }) => role === 'user')
        .map((message) => textOf(contentOf(message, sample)))
        .join('\n\n');
