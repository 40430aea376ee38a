import { runQueueContract } from '../testing/run-queue.contract.js';
import { InProcessQueue } from './in-process-queue.js';

runQueueContract('in-process', async () => new InProcessQueue());
