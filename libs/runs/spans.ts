import type { AgentRequest, AgentResponse, AgentSpec } from '#libs/agents';
import { failSpan, type SpanStart } from '#libs/observability';
import type { Trial } from '#libs/results';
import type { TrialCall } from './execution/trial-call.js';
import type { ScoringContext } from './execution/entry-context.js';
import type { Lease } from './shard-store.js';

/** The spans of runs: what each is called and says. None holds a prompt, an answer, a sample or a setting with a secret. */

type EndedSpan = Parameters<typeof failSpan>[0];
type Attributes = SpanStart['attributes'];

/** Shards of a run on their way to the queue, by the conventions for messaging. */
export const sendSpan = (system: string, runId: string, count: number): SpanStart => ({
  name: 'send shard',
  kind: 'producer',
  attributes: {
    ...messaging(system, 'send'),
    'messaging.batch.message_count': count,
    'aibench.run.id': runId,
  },
});

/** A worker's lease on a shard, likewise. */
export const processSpan = (system: string, lease: Lease): SpanStart => ({
  name: 'process shard',
  kind: 'consumer',
  attributes: {
    ...messaging(system, 'process'),
    'messaging.message.id': lease.shardId,
    'aibench.run.id': lease.runId,
    'aibench.entry.id': lease.entryId,
    'aibench.agent': lease.agent.name,
    'aibench.shard.attempt': lease.attempt,
  },
});

export const trialSpan = ({ planned }: TrialCall<ScoringContext>): SpanStart => ({
  name: 'trial',
  kind: 'internal',
  attributes: { 'aibench.sample.ordinal': planned.ordinal, 'aibench.epoch': planned.epoch },
});

export function endTrial(span: EndedSpan, { outcome, attempts, errorCode }: Trial): void {
  span.setAttributes({ 'aibench.outcome': outcome, 'aibench.attempts': attempts });
  if (outcome !== 'scored') failSpan(span, errorCode);
}

/** One call to an agent, by the conventions for generative AI. */
export function callSpan({ name, adapter, model, settings }: AgentSpec, request: AgentRequest): SpanStart {
  const operation = settings['embeddings'] === true ? 'embeddings' : 'chat';
  const { maxTokens, temperature, topP } = request.settings;
  return {
    name: `${operation} ${model}`,
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': operation,
      // Of a server that speaks OpenAI's protocol it cannot be known whose it is.
      'gen_ai.provider.name': adapter,
      'gen_ai.request.model': model,
      'gen_ai.agent.name': name,
      'gen_ai.request.max_tokens': maxTokens,
      'gen_ai.request.temperature': temperature,
      'gen_ai.request.top_p': topP,
    },
  };
}

export const answerAttributes = ({ usage, finishReason, rawId }: AgentResponse): Attributes => ({
  'gen_ai.usage.input_tokens': usage?.inputTokens,
  'gen_ai.usage.output_tokens': usage?.outputTokens,
  'gen_ai.usage.cache_read.input_tokens': usage?.cachedInputTokens,
  'gen_ai.response.finish_reasons': [finishReason],
  'gen_ai.response.id': rawId ?? undefined,
});

const messaging = (system: string, operation: 'send' | 'process'): Attributes => ({
  'messaging.system': system,
  'messaging.operation.type': operation,
  'messaging.operation.name': operation,
  'messaging.destination.name': 'shard',
});
