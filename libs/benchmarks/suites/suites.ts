import { arithmeticV1 } from './arithmetic/arithmetic-v1.js';
import { codeOutputV1 } from './code-output/code-output-v1.js';
import { datesV1 } from './dates/dates-v1.js';
import { instructionFollowingV1 } from './instruction-following/instruction-following-v1.js';
import { logicGridsV1 } from './logic-grids/logic-grids-v1.js';
import { needleV1 } from './needle/needle-v1.js';
import { reasoningV1 } from './reasoning/reasoning-v1.js';
import { stringsV1 } from './strings/strings-v1.js';
import type { SuiteGenerator } from './suite.js';
import { tablesV1 } from './tables/tables-v1.js';
import { toolUseV1 } from './tool-use/tool-use-v1.js';
import { unitsV1 } from './units/units-v1.js';

/** The built-in suites by name. */
export const SUITES: ReadonlyMap<string, SuiteGenerator> = new Map(
  [
    arithmeticV1,
    reasoningV1,
    datesV1,
    unitsV1,
    tablesV1,
    stringsV1,
    logicGridsV1,
    codeOutputV1,
    instructionFollowingV1,
    needleV1,
    toolUseV1,
  ].map((suite) => [suite.name, suite]),
);

/** What a new service has from the start; editions of the others are made when they are asked for. */
export const DEFAULT_SUITES = [arithmeticV1.name, reasoningV1.name];
