import { didYouMean } from '#libs/common';
import type { LabelEntity } from './label.entity.js';
import type { CategoryValues, LabelRow } from './label-row.js';

/** What a label may be about. */
export interface LabelledRun {
  id: string;
  entries: { id: string; agent: { id: string; name: string } }[];
  scorers: string[];
}

/** All of a label but where its sample stands. */
export type ResolvedLabel = Pick<
  LabelEntity,
  'entryId' | 'sampleId' | 'epoch' | 'scorer' | 'rater' | 'value' | 'category' | 'note'
>;

/** What a row says of the run, or why it says nothing. */
export function resolveLabel(
  row: LabelRow,
  run: LabelledRun,
  values?: CategoryValues,
): ResolvedLabel | { problem: string } {
  const { agent, scorer = '', category = null } = row;
  const [entry, ...others] = run.entries.filter(
    ({ id, agent: { id: agentId, name } }) => agent === undefined || [id, agentId, name].includes(agent),
  );
  const named = agent === undefined ? 'no agent is named' : `"${agent}" is the agent of several entries`;
  if (others.length > 0)
    return { problem: `${named}, and the run has ${others.length + 1}: give an entry's id` };
  if (!entry) {
    const names = run.entries.map((each) => each.agent.name);
    return { problem: `the run has no agent "${agent}". ${didYouMean(agent ?? '', names)}`.trim() };
  }
  if (scorer !== '' && !run.scorers.includes(scorer))
    return { problem: `the run has no scorer "${scorer}", only ${run.scorers.join(', ')}` };
  const value = row.value ?? (category === null ? null : (ownValue(values, category) ?? null));
  if (value === null && category === null) return { problem: 'give a value, a category, or both' };
  if (value === null && values !== undefined)
    return { problem: `what the category "${category}" is worth is not among the values` };
  const { sample_id: sampleId, epoch, rater, note = null } = row;
  return { entryId: entry.id, sampleId, epoch, scorer, rater, value, category, note };
}

const ownValue = (values: CategoryValues | undefined, category: string): number | undefined =>
  values !== undefined && Object.hasOwn(values, category) ? values[category] : undefined;
