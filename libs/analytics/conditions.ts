/**
 * SQL for what entries on one benchmark version must share for their scores to compare, of a run `r` and its version `v`:
 * scorer versions, generation settings and, unless all samples were asked, how they were chosen.
 */
export const CONDITIONS = `jsonb_build_array(r.scorer_versions, r.sample_count,
  CASE WHEN r.sample_count = v.sample_count THEN r.config - '{epochs,seed,limit,categories,tags,sample_ids}'::text[] ELSE r.config - 'epochs' END)`;
