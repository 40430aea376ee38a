import Bull from 'bull';
import { newId } from '#libs/common';
import { describeWithRedis } from '#test/support/redis';
import { runQueueContract } from '../testing/run-queue.contract.js';
import { BullQueue } from './bull-queue.js';

describeWithRedis('Bull', ({ url, prefix }) => {
  runQueueContract('Bull', async () => {
    const shard = new Bull(newId(), url, { prefix });
    await shard.isReady();
    return new BullQueue({ shard });
  });
});
