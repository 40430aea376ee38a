import { stringify } from 'yaml';
import type { ResolvedBenchmark } from '../benchmarks.service.js';
import type { SampleEntity } from '../sample.entity.js';
import type { SampleJson } from '../sample.js';

export type ExportFormat = 'yaml' | 'json';

/** A stored sample as it is written in a file. */
export function toSampleJson(sample: SampleEntity): SampleJson {
  const { sampleId, input, targets, choices, category, split, tags, metadata } = sample;
  return {
    id: sampleId,
    input,
    target: targets.length === 1 ? (targets[0] as string) : targets,
    ...(choices && { choices }),
    ...(category !== null && { category }),
    ...(split !== null && { split }),
    ...(tags && { tags }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** The definition file of a version, piece by piece. Published again, it has the same content hash. */
export async function* exportDefinition(
  { benchmark: { name, title, description }, version }: ResolvedBenchmark,
  batches: AsyncIterable<SampleEntity[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  const header = { name, title, description, ...version.definition };
  // A line of JSON is YAML too, so that samples need no second writer.
  yield format === 'yaml'
    ? `${stringify(header)}samples:\n`
    : `${JSON.stringify(header).slice(0, -1)},"samples":[\n`;
  let first = true;
  for await (const batch of batches) {
    const lines = batch.map((sample) => JSON.stringify(toSampleJson(sample)));
    if (format === 'yaml') yield lines.map((line) => `  - ${line}\n`).join('');
    else yield `${first ? '' : ',\n'}${lines.join(',\n')}`;
    first = false;
  }
  if (format === 'json') yield '\n]}\n';
}
