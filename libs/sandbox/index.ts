export { inSlots } from './in-slots.js';
export { orAborted } from './or-aborted.js';
export { runTool, toolProblem } from './run-tool.js';
