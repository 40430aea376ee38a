import { AppError, messageOf } from '#libs/common';
import type { WorkspaceSecrets } from '#libs/vault';
import {
  AgentAdapter,
  type AgentRequest,
  type AgentResponse,
  type BatchEnd,
  type BatchPort,
} from './agent-adapter.js';
import { AgentError } from './agent-error.js';
import { scrubbedBatch, scrubbedError, scrubbedResponse } from './scrub.js';

/** With which secrets an agent is to be called just now. */
interface Keyed {
  /** Of their values; tells nothing of them. */
  keyId: string;
  /** What must be in nothing that comes back. */
  secrets: string[];
  /** An adapter with them. */
  connect(): AgentAdapter;
}

/**
 * An agent whose secrets may change while it is in use. Each call asks for the newest; with others than before it goes by
 * a new adapter, and the old one, with its client, ends with its last call. Whatever comes back is without them.
 */
export class KeyedAdapter extends AgentAdapter {
  override readonly batch: BatchPort | undefined;
  private latest: { known: WorkspaceSecrets; keyed: Keyed } | undefined;
  private current: { keyId: string; adapter: AgentAdapter } | undefined;

  /** @param keyed throws AgentError or AppError where there is no secret to call with. */
  constructor(
    private readonly secrets: () => Promise<WorkspaceSecrets>,
    private readonly keyed: (known: WorkspaceSecrets) => Keyed,
    inBatches = false,
  ) {
    super();
    this.batch = inBatches ? this.batches() : undefined;
  }

  complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    return this.call(signal, (adapter) => adapter.complete(request, signal), scrubbedResponse);
  }

  private batches(): BatchPort {
    const by = <T>(
      signal: AbortSignal,
      work: (port: BatchPort) => Promise<T>,
      clean: (answer: T, secrets: string[]) => T = (answer) => answer,
    ): Promise<T> => this.call(signal, ({ batch }) => work(batch as BatchPort), clean);
    const cleanEnd = (end: BatchEnd | null, secrets: string[]): BatchEnd | null =>
      end && scrubbedBatch(end, secrets);
    return {
      submit: (name, requests, signal) => by(signal, (port) => port.submit(name, requests, signal)),
      find: (name, signal) => by(signal, (port) => port.find(name, signal)),
      poll: (id, signal) => by(signal, (port) => port.poll(id, signal), cleanEnd),
      cancel: (id, signal) => by(signal, (port) => port.cancel(id, signal)),
    };
  }

  /** Most calls find what the last one found. */
  private async look(): Promise<Keyed> {
    const known = await this.secrets();
    if (this.latest?.known !== known) this.latest = { known, keyed: this.keyed(known) };
    return this.latest.keyed;
  }

  private async call<T>(
    signal: AbortSignal,
    work: (adapter: AgentAdapter) => Promise<T>,
    clean: (answer: T, secrets: string[]) => T,
  ): Promise<T> {
    signal.throwIfAborted();
    const keyed = await this.look().catch((error: unknown) => {
      throw noSecrets(error);
    });
    const { keyId, secrets } = keyed;
    if (this.current?.keyId !== keyId) this.current = { keyId, adapter: keyed.connect() };
    try {
      const answer = await work(this.current.adapter);
      return secrets.length === 0 ? answer : clean(answer, secrets);
    } catch (error) {
      throw error instanceof AgentError && secrets.length > 0 ? scrubbedError(error, secrets) : error;
    }
  }
}

/** An operator can mend the vault; Postgres may answer the next time. */
function noSecrets(error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  if (error instanceof AppError) return new AgentError('blocked', error.code, error.message);
  return new AgentError(
    'retryable',
    'secrets_unreadable',
    `The secrets of the workspace cannot be read: ${messageOf(error)}. Try again.`,
  );
}
