import { createHash } from 'node:crypto';

/** What determines which trials an entry consists of, and in which order. */
export interface Plan {
  seed: number;
  /** Samples to choose from: those of `selected`, or all in the benchmark version. */
  population: number;
  /** Their ordinals, where a filter lets only some through, ascending. */
  selected?: Int32Array;
  /** Samples taken, at most `population`. */
  sampleCount: number;
  epochs: number;
}

export interface PlannedTrial {
  /** 0-based place of the sample in the benchmark version. */
  ordinal: number;
  /** 1-based. */
  epoch: number;
  /** 0 … 2^31 − 1; what a seeded agent or a few-shot choice of this trial starts from. */
  seed: number;
}

export const trialCount = (plan: Plan): number => plan.sampleCount * plan.epochs;

/**
 * The index-th trial (0-based) of every entry of the run: all samples of epoch 1, then all of epoch 2, and so on.
 * A pure function of the plan, so that no row has to be stored for a trial that has not run: the same seed,
 * settings and benchmark give the same plan.
 */
export function plannedTrial(plan: Plan, index: number): PlannedTrial {
  const position = index % plan.sampleCount;
  const epoch = Math.floor(index / plan.sampleCount) + 1;
  const rank =
    plan.sampleCount === plan.population ? position : permute(position, plan.population, plan.seed);
  const ordinal = plan.selected ? (plan.selected[rank] as number) : rank;
  return { ordinal, epoch, seed: hash31(plan.seed, ordinal, epoch) };
}

/**
 * Where `position` lands in a seeded permutation of 0 … size − 1, without building it: a four-round Feistel network
 * over the next even power of two, walked until it falls inside (Black and Rogaway, "Ciphers with Arbitrary Finite
 * Domains", 2002). The first k positions are thus a random sample of k without replacement.
 */
function permute(position: number, size: number, seed: number): number {
  const half = Math.max(1, Math.ceil(Math.log2(size) / 2));
  const mask = 2 ** half - 1;
  let value = position;
  do {
    let left = value >>> half;
    let right = value & mask;
    for (let round = 0; round < 4; round++) {
      [left, right] = [right, (left ^ hash31(seed, round, right)) & mask];
    }
    value = left * 2 ** half + right;
  } while (value >= size);
  return value;
}

function hash31(...parts: number[]): number {
  return createHash('sha256').update(parts.join()).digest().readUInt32LE() >>> 1;
}
