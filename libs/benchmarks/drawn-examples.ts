import type { EntityManager } from 'typeorm';
import { AppError } from '#libs/common';
import type { BenchmarkDefinition } from './benchmark-definition.js';
import type { Example } from './prompt/few-shot.js';

/** Enough for `per_sample` to differ, and few enough to be held by every entry of a run. */
const DRAWN = 256;

/** A sample's place follows from seed and id alone, so that an order of files or further samples shifts few of them. */
const DRAW = `
SELECT input, targets, choices, category, metadata FROM samples
WHERE benchmark_version_id = $1 AND split = $2
ORDER BY sha256(convert_to($3::text || ' ' || sample_id, 'UTF8')), sample_id LIMIT $4`;

type Row = Omit<Example, 'choices' | 'category'> & { choices: string[] | null; category: string | null };

/** The few-shot examples that a version draws from a split of its samples: of those with one input, the first. */
export async function drawnExamples(
  manager: EntityManager,
  versionId: string,
  { prompt: { few_shot } }: Pick<BenchmarkDefinition, 'prompt'>,
): Promise<Example[]> {
  if (few_shot?.split === undefined) return [];
  const rows = await manager.query<Row[]>(DRAW, [versionId, few_shot.split, few_shot.seed ?? 0, DRAWN]);
  const byInput = new Map<string, Example>();
  for (const { choices, category, ...row } of rows) {
    const example = { ...row, choices: choices ?? undefined, category: category ?? undefined };
    if (!byInput.has(row.input)) byInput.set(row.input, example);
  }
  return [...byInput.values()];
}

/** @throws AppError `few_shot_split_too_small` where a sample would be shown fewer examples than asked for. */
export function demandEnough(drawn: Example[], { prompt: { few_shot }, split }: BenchmarkDefinition): void {
  if (few_shot?.split === undefined) return;
  const { count, split: source } = few_shot;
  // What is scored is not shown to itself.
  const own = split === undefined || split === source ? 1 : 0;
  if (drawn.length >= count + own) return;
  throw AppError.invalid(
    'few_shot_split_too_small',
    `The split "${source}" has ${drawn.length} samples with different inputs, and few_shot.count ${count} needs ${count + own}${own ? ', since no sample is shown itself' : ''}. Nothing was stored; ask for fewer, or add samples.`,
    [{ path: 'prompt.few_shot.count', message: `must be at most ${Math.max(0, drawn.length - own)}` }],
  );
}
