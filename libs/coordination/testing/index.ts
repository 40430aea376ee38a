export { InProcessSignals } from '../in-process/in-process-signals.js';
export { InProcessSharedCache } from '../in-process/in-process-shared-cache.js';
