import type Anthropic from '@anthropic-ai/sdk';
import type { MessageBatchIndividualResponse } from '@anthropic-ai/sdk/resources/messages/batches';
import type { AgentResponse, BatchEnd, BatchPort, BatchRequest } from '../agent-adapter.js';
import type { AgentError } from '../agent-error.js';
import { fromJsonLines } from '../provider/json-lines.js';
import type { CallOptions, ProviderConnection } from '../provider/provider-connection.js';
import { invalidResponse, refusal, toAgentError, unansweredInBatch } from '../provider/provider-failure.js';
import { messageParameters, readMessage, versionFor, type MessageQuestion } from './messages.js';

type Call = <T>(
  signal: AbortSignal,
  work: (client: Anthropic, options: CallOptions) => Promise<T>,
) => Promise<T>;

/** The Message Batches API. It keeps no name with a batch. */
export class AnthropicBatches implements BatchPort {
  constructor(
    private readonly asked: Omit<MessageQuestion, 'request'> & { connection: ProviderConnection },
    private readonly call: Call,
  ) {}

  submit(_name: string, requests: BatchRequest[], signal: AbortSignal): Promise<string> {
    const { model, settings } = this.asked;
    // All are of one run, and so have the same settings.
    const version = versionFor(requests[0]?.request.settings ?? {});
    return this.call(signal, async (client, options) => {
      const batch = await client.messages.batches.create(
        {
          requests: requests.map(({ id, request }) => ({
            custom_id: id,
            params: messageParameters({ model, settings, request }),
          })),
        },
        { ...options, ...version },
      );
      return batch.id;
    });
  }

  find(): Promise<null> {
    return Promise.resolve(null);
  }

  poll(id: string, signal: AbortSignal): Promise<BatchEnd | null> {
    return this.call(signal, async (client, options) => {
      const batch = await client.messages.batches.retrieve(id, {}, options);
      if (batch.processing_status !== 'ended') return null;
      // Not from its `results_url`: the key goes nowhere but to the base URL.
      const path = `/v1/messages/batches/${encodeURIComponent(id)}/results`;
      const results = await client.get(path, options).asResponse();
      const end: BatchEnd = { answers: new Map(), missing: unansweredInBatch('ended') };
      for (const line of fromJsonLines(await results.text()) as MessageBatchIndividualResponse[]) {
        const answer = this.answerOf(line);
        if (answer) end.answers.set(line.custom_id, answer);
      }
      return end;
    });
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    await this.call(signal, (client, options) => client.messages.batches.cancel(id, {}, options));
  }

  /** Null where the request was not tried before the batch ended. */
  private answerOf({ result }: MessageBatchIndividualResponse): AgentResponse | AgentError | null {
    const { endpoint } = this.asked.connection;
    switch (result.type) {
      case 'succeeded':
        try {
          return readMessage(result.message);
        } catch (failure) {
          return toAgentError(endpoint, failure);
        }
      case 'errored':
        return refusal(endpoint, result.error);
      case 'canceled':
      case 'expired':
        return null;
      default:
        return invalidResponse();
    }
  }
}
