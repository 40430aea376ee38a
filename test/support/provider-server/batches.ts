import type { IncomingMessage, ServerResponse } from 'node:http';
import { protocolOf, type Protocol } from './protocols.js';

/** A batch that the server was given. */
export interface ProviderBatch {
  id: string;
  provider: 'openai' | 'anthropic';
  /** As it was created with, without its requests. */
  body: Record<string, unknown>;
  requests: { custom_id: string; protocol: Protocol; body: Record<string, unknown> }[];
  cancelled: boolean;
  polls: number;
}

export interface BatchControl {
  /** Every batch so far, in order of arrival. */
  all: ProviderBatch[];
  /** While true no batch ends, unless it is cancelled. */
  held: boolean;
  /** Takes so many of the next batches on, and closes the connection without saying so. */
  swallow: number;
}

/** What becomes of one request: an answer or error of that status, or null where it is not tried. */
export type AnswerInBatch = (
  request: ProviderBatch['requests'][number],
) => { status: number; body: unknown } | null;

/** The Batch API of OpenAI with its files, and the Message Batches of Anthropic. */
export class BatchEndpoints {
  readonly control: BatchControl = { all: [], held: false, swallow: 0 };
  private readonly files = new Map<string, string>();

  constructor(
    private readonly answer: AnswerInBatch,
    private readonly arrived: (request: ProviderBatch['requests'][number]) => void,
  ) {}

  /** @returns whether the call was one of these. */
  async handle(request: IncomingMessage, path: string, response: ServerResponse): Promise<boolean> {
    const [, kind, id, action] =
      /^\/v1\/(files|batches|messages\/batches)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (kind === undefined) return false;
    const body = await bytesOf(request);
    const send = (what: unknown): void => {
      const text = typeof what === 'string' ? what : JSON.stringify(what);
      const type = typeof what === 'string' ? 'application/binary' : 'application/json';
      response.writeHead(200, { 'content-type': type }).end(text);
    };
    if (kind === 'files') {
      if (id !== undefined) send(this.files.get(id) ?? '');
      else {
        const form = await new Response(new Uint8Array(body), {
          headers: { 'content-type': String(request.headers['content-type']) },
        }).formData();
        send({
          id: this.keep(await (form.get('file') as File).text()),
          object: 'file',
          purpose: form.get('purpose'),
        });
      }
      return true;
    }
    if (id === undefined && request.method === 'GET') {
      send({ object: 'list', data: this.control.all.map((one) => this.shown(one)), has_more: false });
      return true;
    }
    if (id === undefined) {
      const batch = this.create(
        kind === 'batches' ? 'openai' : 'anthropic',
        JSON.parse(body.toString()) as Body,
      );
      if (this.control.swallow > 0) {
        this.control.swallow--;
        response.destroy();
      } else send(this.shown(batch));
      return true;
    }
    const batch = this.control.all.find((one) => one.id === id);
    if (!batch) return false;
    if (action === 'cancel') batch.cancelled = true;
    else if (action === undefined) batch.polls++;
    send(action === 'results' ? this.results(batch) : this.shown(batch));
    return true;
  }

  private create(provider: ProviderBatch['provider'], { requests, ...body }: Body): ProviderBatch {
    const lines =
      provider === 'openai' ? (this.files.get(String(body.input_file_id)) ?? '').trim().split('\n') : [];
    const batch: ProviderBatch = {
      id: `${provider}-batch-${this.control.all.length + 1}`,
      provider,
      body,
      requests:
        provider === 'openai'
          ? lines.map((line) => {
              const {
                custom_id,
                url,
                body: asked,
              } = JSON.parse(line) as { custom_id: string; url: string; body: Body };
              return { custom_id, protocol: protocolOf(url) as Protocol, body: asked };
            })
          : (requests ?? []).map(({ custom_id, params }) => ({
              custom_id,
              protocol: 'messages',
              body: params,
            })),
      cancelled: false,
      polls: 0,
    };
    this.control.all.push(batch);
    batch.requests.forEach(this.arrived);
    return batch;
  }

  private shown(batch: ProviderBatch): object {
    const ended = batch.cancelled || !this.control.held;
    const { id, provider, body } = batch;
    if (provider === 'anthropic')
      return { id, type: 'message_batch', processing_status: ended ? 'ended' : 'in_progress' };
    const status = batch.cancelled ? 'cancelled' : ended ? 'completed' : 'in_progress';
    const files = ended && batch.polls > 0 ? this.outcome(batch) : {};
    return { id, object: 'batch', status, ...body, ...files };
  }

  /** The output and error files of a batch of OpenAI. */
  private outcome(batch: ProviderBatch): object {
    const output: string[] = [];
    const errors: string[] = [];
    for (const request of batch.requests) {
      const { custom_id } = request;
      const answer = batch.cancelled ? null : this.answer(request);
      if (!answer) {
        const code = batch.cancelled ? 'batch_cancelled' : 'batch_expired';
        errors.push(JSON.stringify({ custom_id, response: null, error: { code, message: 'not tried' } }));
      } else {
        const line = { custom_id, response: { status_code: answer.status, body: answer.body }, error: null };
        (answer.status < 300 ? output : errors).push(JSON.stringify(line));
      }
    }
    return {
      ...(output.length > 0 && { output_file_id: this.keep(output.join('\n')) }),
      ...(errors.length > 0 && { error_file_id: this.keep(errors.join('\n')) }),
    };
  }

  /** The results of a batch of Anthropic. */
  private results(batch: ProviderBatch): string {
    const lines = batch.requests.map((request) => {
      const answer = batch.cancelled ? null : this.answer(request);
      const result = !answer
        ? { type: batch.cancelled ? 'canceled' : 'expired' }
        : answer.status < 300
          ? { type: 'succeeded', message: answer.body }
          : { type: 'errored', error: answer.body };
      return JSON.stringify({ custom_id: request.custom_id, result });
    });
    return lines.join('\n');
  }

  private keep(text: string): string {
    const id = `file-${this.files.size + 1}`;
    this.files.set(id, text);
    return id;
  }
}

type Body = Record<string, unknown> & {
  requests?: { custom_id: string; params: Record<string, unknown> }[];
};

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
