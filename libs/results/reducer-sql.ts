import type { ReducerSpec, Reduction } from '#libs/scoring';

const ORDERED = {
  median: (score: string) => `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${score})`,
  // Of values that are as common, Postgres takes the first in this order.
  mode: (score: string) => `mode() WITHIN GROUP (ORDER BY ${score})`,
  max: (score: string) => `max(${score})`,
};

/**
 * `reduce` of `libs/scoring` as an aggregate over the trials of one sample; a test holds them against each other.
 * What is added up is so in the order of epochs, which the trials have as `epoch`.
 * @param score a column: a trial's score, NULL where it has none
 * @returns NULL for a sample that does not count; of `collect`, whose samples come to no one number, the mean
 */
export function reducedSql(reducer: ReducerSpec, passValue: number, score = 'score'): string {
  if (typeof reducer !== 'string') {
    const value = countingSql(reducer, passedSql(passValue, score), `count(${score})`);
    return `CASE WHEN count(${score}) >= ${reducer.k} THEN ${value} END`;
  }
  return reducer === 'mean' || reducer === 'collect'
    ? `avg(${score} ORDER BY epoch)`
    : ORDERED[reducer](score);
}

/** By the first reducer, which makes an entry's score. */
export const sampleScoreSql = ({ reducers, pass_value }: Reduction): string =>
  reducedSql(reducers[0]!, pass_value);

/**
 * What a sample would come to were its epochs without a score all wrong, or all right.
 * @param epochs of the run
 * @returns null for means, whose bounds follow from counts
 */
export function boundsSql(
  reducer: ReducerSpec,
  passValue: number,
  epochs: number,
): { worst: string; best: string } | null {
  if (typeof reducer !== 'string') {
    const passed = passedSql(passValue, 'score');
    return {
      worst: countingSql(reducer, passed, `${epochs}`),
      best: countingSql(reducer, `${passed} + ${epochs} - count(score)`, `${epochs}`),
    };
  }
  if (reducer === 'mean' || reducer === 'collect') return null;
  const value = ORDERED[reducer]('score');
  // Nothing closer is said of a sample that lacks an epoch: its median or mode may become any value.
  const complete = (otherwise: string): string =>
    `CASE WHEN count(score) = ${epochs} THEN ${value} ELSE ${otherwise} END`;
  return { worst: complete(reducer === 'max' ? `coalesce(${value}, 0)` : '0'), best: complete('1') };
}

const passedSql = (passValue: number, score: string): string =>
  `count(*) FILTER (WHERE ${score} >= ${passValue})`;

function countingSql({ type, k }: Exclude<ReducerSpec, string>, passed: string, n: string): string {
  if (type === 'at_least') return `(${passed} >= ${k})::integer::double precision`;
  return type === 'pass_k' ? allAmongSql(passed, n, k) : `1 - ${allAmongSql(`${n} - (${passed})`, n, k)}`;
}

/** C(chosen, k) / C(n, k), factor by factor. */
const allAmongSql = (chosen: string, n: string, k: number): string =>
  Array.from({ length: k }, (_, i) => `greatest(${chosen} - ${i}, 0)::double precision / (${n} - ${i})`).join(
    ' * ',
  );
