import { appendFileSync } from 'node:fs';

/**
 * What the suites beside this file tried, for the closing table of `npm run test:security`, which names the file; other
 * runs keep nothing. To be called before the assertion, so that a breach is counted too.
 */
function record(entry: object): void {
  const log = process.env['ATTACK_LOG'];
  if (log) appendFileSync(log, `${JSON.stringify(entry)}\n`);
}

/** @param attack its kind; what is recorded of one kind is added up. @param tried cases. @param breaches cases that were not stopped. */
export const recordAttack = (attack: string, tried: number, breaches: number): void =>
  record({ attack, tried, breaches });

/** @param routes of the API that were looked at. @param checks made of them: route × who calls. */
export const recordRoutes = (routes: number, checks: number, breaches?: number): void =>
  record({ routes, route_checks: checks, breaches });

/** @param cases requests that a fuzzer made up and sent. */
export const recordFuzzing = (cases: number, breaches?: number): void =>
  record({ fuzz_cases: cases, breaches });
