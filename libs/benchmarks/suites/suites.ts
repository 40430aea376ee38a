import { arithmeticV1 } from './arithmetic/arithmetic-v1.js';
import { reasoningV1 } from './reasoning/reasoning-v1.js';
import type { SuiteGenerator } from './suite.js';

/** The built-in suites by name. */
export const SUITES: ReadonlyMap<string, SuiteGenerator> = new Map(
  [arithmeticV1, reasoningV1].map((suite) => [suite.name, suite]),
);
