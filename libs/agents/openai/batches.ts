import type OpenAI from 'openai';
import type { Batch } from 'openai/resources/batches';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { Response as ModelResponse } from 'openai/resources/responses/responses';
import type { AgentResponse, BatchEnd, BatchPort, BatchRequest } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { fromJsonLines } from '../provider/json-lines.js';
import type { CallOptions } from '../provider/provider-connection.js';
import { invalidResponse, refusal, toAgentError, unansweredInBatch } from '../provider/provider-failure.js';
import { chatParameters, readCompletion } from './chat-completions.js';
import type { OpenAiQuestion } from './openai-adapter.js';
import { readResponse, responseParameters } from './responses.js';

type Asked = Omit<OpenAiQuestion, 'request'> & { api: 'responses' | 'chat' };
type Call = <T>(
  signal: AbortSignal,
  work: (client: OpenAI, options: CallOptions) => Promise<T>,
) => Promise<T>;

/** A line of a batch's output or error file. */
interface Line {
  custom_id: string;
  response?: { status_code: number; body: unknown } | null;
  error?: { code?: string; message?: string } | null;
}

/** The key of a batch's metadata under which its name is kept. */
const NAME = 'aibench_batch';
/** Of the account's newest batches so many are looked through for a name, a page of 100 at a time. */
const LOOKED_THROUGH = 1000;
/** A file that nobody deletes is kept for so long: three days, for batches that end in one. */
const FILE_SECONDS = 3 * 24 * 3600;
/** What refuses a batch as a whole but may let it through later. */
const TRY_LATER = /limit/;

/** The Batch API: a file of requests goes up, files of answers and errors come down. */
export class OpenAiBatches implements BatchPort {
  constructor(
    private readonly asked: Asked,
    private readonly call: Call,
  ) {}

  submit(name: string, requests: BatchRequest[], signal: AbortSignal): Promise<string> {
    const url = this.asked.api === 'responses' ? '/v1/responses' : '/v1/chat/completions';
    const lines = requests.map(({ id, request }) => {
      const question = { ...this.asked, request };
      const body = this.asked.api === 'responses' ? responseParameters(question) : chatParameters(question);
      return `${JSON.stringify({ custom_id: id, method: 'POST', url, body })}\n`;
    });
    return this.call(signal, async (client, options) => {
      const input = await client.files.create(
        {
          file: new File(lines, `${name}.jsonl`, { type: 'application/jsonl' }),
          purpose: 'batch',
          expires_after: { anchor: 'created_at', seconds: FILE_SECONDS },
        },
        options,
      );
      const batch = await client.batches.create(
        { input_file_id: input.id, endpoint: url, completion_window: '24h', metadata: { [NAME]: name } },
        options,
      );
      return batch.id;
    });
  }

  find(name: string, signal: AbortSignal): Promise<string | null> {
    return this.call(signal, async (client, options) => {
      let seen = 0;
      for await (const batch of client.batches.list({ limit: 100 }, options)) {
        if (batch.metadata?.[NAME] === name) return batch.id;
        if (++seen === LOOKED_THROUGH) break;
      }
      return null;
    });
  }

  poll(id: string, signal: AbortSignal): Promise<BatchEnd | null> {
    return this.call(signal, async (client, options) => {
      const batch = await client.batches.retrieve(id, options);
      if (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) return null;
      const end: BatchEnd = { answers: new Map(), missing: this.whyMissing(batch) };
      for (const file of [batch.output_file_id, batch.error_file_id]) {
        if (!file) continue;
        const content = await client.files.content(file, options);
        for (const line of fromJsonLines(await content.text()) as Line[]) {
          const answer = this.answerOf(line);
          if (answer) end.answers.set(line.custom_id, answer);
        }
      }
      return end;
    });
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    await this.call(signal, (client, options) => client.batches.cancel(id, options));
  }

  /** Null where the request was not tried before the batch ended. */
  private answerOf({ response, error }: Line): AgentResponse | AgentError | null {
    const { endpoint } = this.asked.connection;
    if (!response) {
      if (/^batch_(expired|cancelled)$/.test(error?.code ?? '')) return null;
      return error ? refusal(endpoint, { error }) : invalidResponse();
    }
    const { status_code: status, body } = response;
    if (status >= 300) return refusal(endpoint, body, status);
    try {
      return this.asked.api === 'responses'
        ? readResponse(body as ModelResponse, null, this.asked)
        : readCompletion(body as ChatCompletion);
    } catch (failure) {
      return toAgentError(endpoint, failure);
    }
  }

  private whyMissing({ status, errors }: Batch): AgentError {
    const error = errors?.data?.[0];
    if (status !== 'failed' || !error || TRY_LATER.test(error.code ?? ''))
      return unansweredInBatch(error?.message ?? status);
    const refused = refusal(this.asked.connection.endpoint, { error }, 400);
    // A file that is refused says nothing about how the agent would have answered.
    return refused.kind === 'agent_fault' ? unansweredInBatch(refused.message) : refused;
  }
}
