export { InProcessSignals } from '../in-process/in-process-signals.js';
