import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import { shardJob, type JobPayload } from '../job-catalogue.js';
import type { RunQueue } from '../run-queue.js';

/** What every RunQueue does. `create` gives an empty queue. */
export function runQueueContract(name: string, create: () => Promise<RunQueue>): void {
  describe(`RunQueue contract: ${name}`, () => {
    const open: RunQueue[] = [];
    const queueOf = async (): Promise<RunQueue> => {
      const queue = await create();
      open.push(queue);
      return queue;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((queue) => queue.close()));
    });

    it('delivers what was enqueued before and after the consumer came, in order', async () => {
      const queue = await queueOf();
      const jobs = Array.from({ length: 5 }, () => shardJob({ shard_id: newId(), attempt: 0 }));
      const seen: string[] = [];
      await queue.enqueue('shard', jobs.slice(0, 3));
      await queue.consume('shard', 1, async ({ shard_id }) => void seen.push(shard_id));
      await queue.enqueue('shard', jobs.slice(3));
      await vi.waitFor(() => expect(seen).toEqual(jobs.map((job) => job.payload.shard_id)), 10_000);
    });

    it('does not add a job whose id waits or runs, and does once it has ended', async () => {
      const queue = await queueOf();
      const job = shardJob({ shard_id: newId(), attempt: 2 });
      let release = (): void => undefined;
      let deliveries = 0;
      await queue.enqueue('shard', [job, job]);
      await queue.enqueue('shard', [job]);
      expect((await queue.counts()).waiting).toBe(1);
      await queue.consume('shard', 2, () => {
        deliveries++;
        return new Promise<void>((resolve) => (release = resolve));
      });
      await vi.waitFor(async () => expect((await queue.counts()).active).toBe(1), 10_000);
      await queue.enqueue('shard', [job]);
      expect(await queue.counts()).toEqual({ waiting: 0, active: 1 });
      release();
      await vi.waitFor(async () => expect((await queue.counts()).active).toBe(0), 10_000);
      expect(deliveries).toBe(1);
      await queue.enqueue('shard', [job]);
      await vi.waitFor(() => expect(deliveries).toBe(2), 10_000);
      release();
    });

    it('runs no more than its slots at a time', async () => {
      const queue = await queueOf();
      let running = 0;
      let most = 0;
      let done = 0;
      await queue.consume('shard', 3, async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running--;
        done++;
      });
      await queue.enqueue(
        'shard',
        Array.from({ length: 12 }, () => shardJob({ shard_id: newId(), attempt: 0 })),
      );
      await vi.waitFor(() => expect(done).toBe(12), 10_000);
      expect(most).toBe(3);
    });

    it('goes on after a handler that throws, without delivering its job again', async () => {
      const queue = await queueOf();
      const seen: JobPayload<'shard'>[] = [];
      await queue.consume('shard', 1, async (payload) => {
        seen.push(payload);
        if (seen.length === 1) throw new Error('first fails');
      });
      const [first, second] = [
        shardJob({ shard_id: newId(), attempt: 0 }),
        shardJob({ shard_id: newId(), attempt: 0 }),
      ];
      await queue.enqueue('shard', [first]);
      await queue.enqueue('shard', [second]);
      await vi.waitFor(() => expect(seen).toEqual([first.payload, second.payload]), 10_000);
    });

    it('refuses a payload that is not in the catalogue', async () => {
      const queue = await queueOf();
      const bad = { id: 'x', payload: { shard_id: 'not a uuid', attempt: 0 } };
      await expect(queue.enqueue('shard', [bad])).rejects.toThrow();
      expect(await queue.counts()).toEqual({ waiting: 0, active: 0 });
    });

    it('delivers nothing more once paused, and close waits for what runs', async () => {
      const queue = await queueOf();
      let ended = 0;
      let started = 0;
      await queue.consume('shard', 1, async () => {
        started++;
        await new Promise((resolve) => setTimeout(resolve, 50));
        ended++;
      });
      await queue.enqueue('shard', [
        shardJob({ shard_id: newId(), attempt: 0 }),
        shardJob({ shard_id: newId(), attempt: 0 }),
      ]);
      await vi.waitFor(() => expect(started).toBe(1), 10_000);
      await queue.pause();
      await queue.close();
      open.length = 0;
      expect([started, ended]).toEqual([1, 1]);
    });
  });
}
