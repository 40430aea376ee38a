import { rateWindowsContract } from '../testing/rate-windows.contract.js';
import { sharedStateContract } from '../testing/shared-state.contract.js';
import { signalsContract } from '../testing/signals.contract.js';
import { InProcessRateWindows } from './in-process-rate-windows.js';
import { InProcessSharedState } from './in-process-shared-state.js';
import { InProcessSignals } from './in-process-signals.js';

const [state, signals, windows] = [
  new InProcessSharedState(),
  new InProcessSignals(),
  new InProcessRateWindows(),
];

sharedStateContract('in-process', () => [state]);
signalsContract('in-process', () => [signals]);
rateWindowsContract('in-process', () => [windows]);
