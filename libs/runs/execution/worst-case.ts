import { costUsd, type AgentMessage, type AgentSpec } from '#libs/agents';

/** Of money and tokens: what is used, reserved or allowed. */
export interface Amount {
  usd: number;
  tokens: number;
}

export const NOTHING: Amount = { usd: 0, tokens: 0 };

/** Tokens that chat formats put around each message, and before the answer; a generous round number. */
const MESSAGE_OVERHEAD = 16;

/**
 * The most that one answered call can use: a token of input for every byte of the prompt, which no byte-level
 * tokenizer exceeds, and `maxTokens` of output.
 */
export function worstCase(agent: AgentSpec, messages: AgentMessage[], maxTokens: number): Amount {
  const inputTokens = messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content) + MESSAGE_OVERHEAD,
    MESSAGE_OVERHEAD,
  );
  const usage = { inputTokens, outputTokens: maxTokens };
  return { usd: costUsd(agent, usage) ?? 0, tokens: inputTokens + maxTokens };
}
