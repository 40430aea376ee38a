import { costUsd, type AgentMessage, type AgentSpec, type ToolSpec } from '#libs/agents';

/** Of money and tokens: what is used, reserved or allowed. */
export interface Amount {
  usd: number;
  tokens: number;
}

export const NOTHING: Amount = { usd: 0, tokens: 0 };

/** Tokens that chat formats put around each message, and before the answer; a generous round number. */
const MESSAGE_OVERHEAD = 16;

/** More than any provider counts for the largest image that it takes: gpt-4o-mini comes to 48,169. */
const IMAGE_TOKENS = 50_000;

/**
 * The most that one answered call can use: a token of input for every byte of the prompt, which no byte-level
 * tokenizer exceeds, and `maxTokens` of output, with what the agent may think besides.
 */
export function worstCase(
  agent: AgentSpec,
  messages: AgentMessage[],
  maxTokens: number,
  tools: ToolSpec[] = [],
): Amount {
  const inputTokens = messages.reduce(
    (sum, message) => sum + tokensIn(message) + MESSAGE_OVERHEAD,
    MESSAGE_OVERHEAD + (tools.length === 0 ? 0 : bytesOf(tools)),
  );
  const { thinking_budget: thinking = 0 } = agent.settings as { thinking_budget?: number };
  const usage = { inputTokens, outputTokens: maxTokens + thinking };
  return { usd: costUsd(agent, usage) ?? 0, tokens: inputTokens + usage.outputTokens };
}

function tokensIn(message: AgentMessage): number {
  const { content } = message;
  let tokens = 0;
  if (typeof content === 'string') tokens = Buffer.byteLength(content);
  else
    for (const part of content) tokens += part.type === 'text' ? Buffer.byteLength(part.text) : IMAGE_TOKENS;
  if (message.role === 'assistant' && message.calls)
    tokens += bytesOf(message.calls) + bytesOf(message.reasoning ?? []);
  return tokens;
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
