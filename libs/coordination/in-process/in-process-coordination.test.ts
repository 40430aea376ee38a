import { rateWindowsContract } from '../testing/rate-windows.contract.js';
import { sharedCacheContract } from '../testing/shared-cache.contract.js';
import { sharedStateContract } from '../testing/shared-state.contract.js';
import { signalsContract } from '../testing/signals.contract.js';
import { InProcessRateWindows } from './in-process-rate-windows.js';
import { InProcessSharedCache } from './in-process-shared-cache.js';
import { InProcessSharedState } from './in-process-shared-state.js';
import { InProcessSignals } from './in-process-signals.js';

const [cache, state, signals, windows] = [
  new InProcessSharedCache(),
  new InProcessSharedState(),
  new InProcessSignals(),
  new InProcessRateWindows(),
];

sharedCacheContract('in-process', () => [cache]);
sharedStateContract('in-process', () => [state]);
signalsContract('in-process', () => [signals]);
rateWindowsContract('in-process', () => [windows]);
