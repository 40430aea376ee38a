import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AdapterRegistry, AgentError } from '#libs/agents';
import { messageOf } from '#libs/common';
import { Vault } from '#libs/vault';
import { ShardBatches, type AbandonedBatch } from '../shard-batches.js';

const SWEEP_MS = 2000;

/** Cancels batches at their providers that nobody waits for any more, as well as that goes. */
@Injectable()
export class BatchCanceller {
  private readonly logger = new Logger(BatchCanceller.name);
  private busy = false;

  constructor(
    private readonly batches: ShardBatches,
    private readonly adapters: AdapterRegistry,
    private readonly vault: Vault,
  ) {}

  @Interval(SWEEP_MS)
  async sweep(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const abandoned of await this.batches.abandoned()) await this.cancel(abandoned);
    } catch (error) {
      this.logger.warn(`Batches could not be cancelled and will be tried again: ${messageOf(error)}`);
    } finally {
      this.busy = false;
    }
  }

  private async cancel(abandoned: AbandonedBatch): Promise<void> {
    const { agent, batch, workspaceId } = abandoned;
    try {
      const factory = this.adapters.factory(agent.adapter);
      const port = factory.create(agent, () => this.vault.of(workspaceId)).batch;
      const signal = new AbortController().signal;
      const id = batch.id ?? (await port?.find(batch.name, signal));
      if (id) await port?.cancel(id, signal);
    } catch (error) {
      const tryAgain =
        error instanceof AgentError && (error.kind === 'retryable' || error.kind === 'rate_limited');
      this.logger.warn(`Batch ${batch.id ?? batch.name} could not be cancelled: ${messageOf(error)}`);
      if (tryAgain) return;
    }
    await this.batches.forget(abandoned);
  }
}
