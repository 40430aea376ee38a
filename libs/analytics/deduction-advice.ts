import type { Correlation } from './deduce-correlations.js';
import type { ItemPattern } from './deduce-items.js';
import type { JudgePattern } from './deduce-judges.js';
import type { Deductions } from './deduce.js';
import { count, listed, percent, plural, pText, signed } from './wording.js';

/** Fewer samples than this share that tell no agents apart are no reason to change a benchmark. */
const UNINFORMATIVE = 0.1;
/** Where even the lower end of the interval is above it, judges contradict each other, or themselves, too often. */
const DISPUTED = 0.1;
/** Weaker relations explain less than a tenth of what varies. */
const CORRELATED = 0.3;
const LEVEL = 0.05;
const MAX_NAMED = 3;

type Pattern = Deductions['patterns'][number];
type Of<Kind extends Pattern['kind']> = Extract<Pattern, { kind: Kind }>;

/** What to do about that which the single results show; nothing where chance explains it. */
export function deductionAdvice({ patterns, correlations }: Deductions): string[] {
  const of = <Kind extends Pattern['kind']>(...kinds: Kind[]): Of<Kind>[] =>
    patterns.filter((pattern): pattern is Of<Kind> => (kinds as string[]).includes(pattern.kind));
  // What is known over many entries says more than what is of this run alone.
  const [saturated, unsolved] = [of('saturated'), of('unsolved')];
  return [
    ...(saturated.length > 0 ? saturated : of('all_right')).flatMap(uninformative),
    ...(unsolved.length > 0 ? unsolved : of('all_wrong')).map(
      (found) =>
        `Check the targets of ${samplesOf(found)} that ${whoOf(found)} had right: they are too hard, or wrong.`,
    ),
    ...of('reversed').flatMap(reversed),
    ...of('judges_differ', 'judge_repeats', 'judge_order').flatMap(disputed),
    ...of('retried').flatMap(retried),
    ...correlations.flatMap(related),
  ];
}

type Share = Pick<ItemPattern, 'samples' | 'of' | 'sample_ids'> & { entries?: number };

const whoOf = ({ entries }: Share): string =>
  entries === undefined ? 'no agent' : `none of ${entries} entries`;

function samplesOf({ samples, of, sample_ids }: Share): string {
  const named = sample_ids.slice(0, MAX_NAMED);
  const more = samples - named.length;
  return `${plural(samples, 'sample')} of ${count(of)} (${percent(samples / of)}: ${listed(more > 0 ? [...named, `${count(more)} more`] : named)})`;
}

function uninformative(found: Share): string[] {
  if (found.samples / found.of < UNINFORMATIVE) return [];
  const who = found.entries === undefined ? 'all agents' : `all of ${found.entries} entries`;
  return [
    `Replace ${samplesOf(found)} that ${who} had right: the other ${count(found.of - found.samples)} alone tell agents apart.`,
  ];
}

/** Twice as many as chance gives, or one that remains after correction. */
function reversed(found: Of<'reversed'>): string[] {
  const { samples, by_chance, after_correction, discriminations } = found;
  if (after_correction === 0 && samples <= 2 * by_chance) return [];
  return [
    `Check the targets of ${samplesOf(found)} that better entries had wrong more often: discrimination down to ${(discriminations[0] ?? 0).toFixed(2)}, ${by_chance.toFixed(1)} expected by chance, ${after_correction} left after correction.`,
  ];
}

function disputed({ kind, scorer, judge, cases, differing, share, ci_low, ci_high }: JudgePattern): string[] {
  if (ci_low <= DISPUTED) return [];
  const figures = `${count(differing)} of ${plural(cases, kind === 'judge_order' ? 'pair' : 'trial')} (${percent(share)}, 95 % interval ${(ci_low * 100).toFixed(1)} to ${percent(ci_high)})`;
  if (kind === 'judges_differ')
    return [
      `Sharpen the rubric of ${scorer}, or label some trials by hand: its judges differed on ${figures}.`,
    ];
  if (kind === 'judge_repeats')
    return [`Ask ${judge} more often for each vote of ${scorer}: asked again, it differed on ${figures}.`];
  return [`Use another judge than ${judge} for ${scorer}: the order changed its verdict on ${figures}.`];
}

function retried({ agent, first_try, retried: again, difference }: Of<'retried'>): string[] {
  if (!difference || difference.p_holm >= LEVEL) return [];
  const { points, ci_low, ci_high, p_holm } = difference;
  return [
    `Find out why ${agent} had to be asked again before relying on its score, since those trials score differently: ${signed(points / 100)} points (95 % interval ${signed(ci_low / 100)} to ${signed(ci_high / 100)}, ${pText(p_holm)}) over ${count(again.n)} against ${count(first_try.n)} trials.`,
  ];
}

const LOOK: Record<Exclude<Correlation['kind'], 'agent_scores'>, [high: string, low: string]> = {
  latency_score: ['slowest', 'fastest'],
  tokens_score: ['longest', 'shortest'],
  cost_score: ['dearest', 'cheapest'],
  attempts_score: ['most often repeated', 'least often repeated'],
};

function related({ kind, agents, r, rho, n, p_holm }: Correlation): string[] {
  const strength = rho ?? r;
  if (p_holm === null || p_holm >= LEVEL || Math.abs(strength) < CORRELATED) return [];
  const evidence = `over ${plural(n, 'sample')} (${pText(p_holm)})`;
  if (kind !== 'agent_scores') {
    const [high, low] = LOOK[kind];
    return [
      `Read the ${strength < 0 ? high : low} answers of ${agents[0]}, which score worse: rho = ${strength.toFixed(2)} ${evidence}.`,
    ];
  }
  if (strength < 0) return [];
  return [
    `Compare ${agents[0]} and ${agents[1]} by a paired test: their scores correlate with r = ${strength.toFixed(2)} ${evidence}, so that it needs about ${percent(1 - strength)} of the samples of an unpaired one.`,
  ];
}
