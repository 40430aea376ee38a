import { reducerName, type ReducerSpec } from './reducers/reducer-spec.js';
import type { ScoringSpec } from './scoring-spec.js';

/** How the scores of trials become an entry's, as it is kept with what came of it. */
export interface Reduction {
  /** The first makes the entry's score; the others are told beside it. */
  reducers: ReducerSpec[];
  /** From which on a score counts as a pass. */
  pass_value: number;
  /** `category` or `metadata.…`: what like samples have in common; absent where each is for itself. */
  cluster_by?: string;
  /** The score that an entry has to reach; absent where none was set. */
  pass_threshold?: number;
}

const METADATA = 'metadata.';

/** What samples may have in common, as `cluster_by` names it. */
export const CLUSTER_BY = /^(category|metadata(\.[^.]{1,64}){1,8})$/;

/** The path of the field in a sample's metadata; null for its category. */
export const metadataPath = (clusterBy: string): string[] | null =>
  clusterBy.startsWith(METADATA) ? clusterBy.slice(METADATA.length).split('.') : null;

/** Of results from before any other way could be said. */
export const AVERAGED: Reduction = { reducers: ['mean'], pass_value: 1 };

export const reductionOf = ({
  reducers,
  pass_value,
  cluster_by,
  pass_threshold,
}: ScoringSpec): Reduction => ({
  reducers: reducers ?? AVERAGED.reducers,
  pass_value: pass_value ?? AVERAGED.pass_value,
  ...(cluster_by !== undefined && { cluster_by }),
  ...(pass_threshold !== undefined && { pass_threshold }),
});

/** Why a run of so many epochs could not be reduced; null where it can. */
export function reductionProblem({ reducers }: Reduction, epochs: number): string | null {
  const wanting = reducers.filter((reducer) => typeof reducer !== 'string' && reducer.k > epochs);
  if (wanting.length === 0) return null;
  const most = Math.max(...wanting.map((reducer) => (typeof reducer === 'string' ? 1 : reducer.k)));
  return `${wanting.map(reducerName).join(', ')} of its scoring take${wanting.length === 1 ? 's' : ''} ${most} epochs of each sample, and the run has ${epochs}. Set "epochs" to ${most} or more.`;
}
