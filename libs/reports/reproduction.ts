import { contentHash } from '#libs/common';
import type { RunView } from '#libs/runs';
import type { Section } from './content.js';

/** What must be the same for the same figures, by hashes. */
export const reproduction = (run: RunView): Section => ({
  heading: 'To reproduce',
  blocks: [
    {
      kind: 'text',
      text: `Run benchmark ${run.benchmark.name}@${run.benchmark.version} with the settings, scorers and agents below; the seed decides samples, few-shot choices and seeded agents.`,
    },
    {
      kind: 'table',
      label: 'Hashes and versions',
      columns: [
        { label: 'What', width: 130, align: 'left', names: true },
        { label: 'Version', width: 60, align: 'left' },
        { label: 'Content', width: 'rest', align: 'left' },
      ],
      rows: [
        ['Benchmark', String(run.benchmark.version), `SHA-256 ${run.benchmark.contentHash}`],
        ['Settings of the run', '', pairs(run.config)],
        ['Scorers', '', pairs(run.scorerVersions)],
        ...run.entries.map(({ agent: { name, adapter, model, settings }, agentVersion, priceVersion }) => [
          name,
          String(agentVersion),
          {
            text: `SHA-256 ${contentHash({ adapter, model, settings })}`,
            details: [`${adapter} · ${model}${priceVersion ? ` · prices of ${priceVersion}` : ''}`],
          },
        ]),
      ],
    },
  ],
});

export const pairs = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(' · ') || '–';
