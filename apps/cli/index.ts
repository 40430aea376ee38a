// What the scripts use of the command line, once it is built.
export { connect } from './api/client.js';
export { localAgent } from './agent-reference.js';
export { followRun } from './follow-run.js';
export { LocalService } from './local-service.js';
export { ProgressBar } from './terminal/progress-bar.js';
export { renderLeaderboard } from './terminal/leaderboard.js';
