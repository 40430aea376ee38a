export type { Interval } from './interval.js';
export { pearson } from './pearson.js';
export { scoreInterval, type ScoreSummary } from './score-interval.js';
export { tInterval } from './t-interval.js';
export { wilsonInterval } from './wilson-interval.js';
