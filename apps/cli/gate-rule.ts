import { InvalidArgumentError } from 'commander';
import type { GateRequest } from './api/types.js';

type Rule = GateRequest['rules'][number];

const METRICS = ['score', 'cost_per_trial_usd', 'latency_p95_ms', 'error_rate'] as const;
const RULE = /^([a-z0-9_]+)\s*(:|<=|>=)\s*(\d+(?:\.\d+)?)(%?)$/;
const FORMS =
  'Write metric:tolerance as in score:0.02, metric:tolerance% as in cost_per_trial_usd:10%, or a limit as in score>=0.8 ' +
  `or latency_p95_ms<=4000. Metrics are ${METRICS.join(', ')}.`;

/** A rule of a gate as it is written on the command line. */
export function parseRule(text: string): Rule {
  const [, name, operator, number, isRelative] = RULE.exec(text.trim()) ?? [];
  const metric = METRICS.find((each) => each === name);
  if (metric === undefined) throw new InvalidArgumentError(FORMS);
  const value = Number(number);
  if (operator === ':') {
    if (!isRelative) return { metric, tolerance: value };
    if (metric === 'error_rate')
      throw new InvalidArgumentError(
        'error_rate has no relative tolerance: give one in shares, as in error_rate:0.01.',
      );
    return { metric, relative_tolerance: value / 100 };
  }
  const expected = metric === 'score' ? '>=' : '<=';
  if (isRelative || operator !== expected)
    throw new InvalidArgumentError(`A limit of ${metric} is written ${metric}${expected}<number>.`);
  return { metric, limit: value };
}

export const collectRules = (text: string, before: Rule[] = []): Rule[] => [...before, parseRule(text)];
