export { scoreInterval } from './score-interval.js';
