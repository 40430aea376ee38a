export interface AlignedSamples {
  ids: string[];
  candidate: Float64Array;
  baseline: Float64Array;
  /** Samples that only one of the two has a score for: they take no part in a paired comparison. */
  onlyCandidate: number;
  onlyBaseline: number;
}

/** The scores of the samples that both have, in the candidate's order. */
export function alignBySample(
  candidate: ReadonlyMap<string, number>,
  baseline: ReadonlyMap<string, number>,
): AlignedSamples {
  const ids = [...candidate.keys()].filter((id) => baseline.has(id));
  return {
    ids,
    candidate: Float64Array.from(ids, (id) => candidate.get(id) as number),
    baseline: Float64Array.from(ids, (id) => baseline.get(id) as number),
    onlyCandidate: candidate.size - ids.length,
    onlyBaseline: baseline.size - ids.length,
  };
}
