import { AgentError } from '../agent-error.js';
import type { AgentResponse } from '../agent-adapter.js';
import { plainOnly } from '../plain-only.js';
import { invalidResponse } from '../provider/provider-failure.js';
import { wireUsage } from '../provider/read-wire.js';
import type { OpenAiCall } from './openai-adapter.js';

/** One call to the Embeddings API. The answer to a text is its embedding, as a JSON list of numbers. */
export async function completeEmbedding({
  client,
  model,
  request,
  options,
}: OpenAiCall): Promise<AgentResponse> {
  plainOnly(request, 'openai" with "embeddings');
  const [message, ...others] = request.messages;
  if (others.length > 0 || message?.role !== 'user') {
    throw new AgentError(
      'configuration',
      'embeddings_of_one_text',
      'An agent with settings.embeddings gives the embedding of one text and holds no conversation. Use it in a scorer that compares by embeddings.',
    );
  }
  const { data, usage } = await client.embeddings.create(
    { model, input: message.content as string, encoding_format: 'float' },
    options,
  );
  const vector: unknown = data?.[0]?.embedding;
  if (!Array.isArray(vector) || vector.length === 0 || !vector.every(Number.isFinite))
    throw invalidResponse();
  return {
    text: JSON.stringify(vector),
    toolCalls: [],
    usage: wireUsage(usage?.prompt_tokens, 0, undefined, undefined),
    finishReason: 'stop',
    ttftMs: null,
    rawId: null,
  };
}
