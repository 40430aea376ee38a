import type { Command } from 'commander';
import { answerOf } from '../api/client.js';
import { resolveEntry } from '../entry-reference.js';
import { forestSvg, forestText, rowsOfComparison } from '../forest-plot.js';
import { withSession } from '../session.js';
import { writeReport } from './gate.js';

interface CompareOptions {
  allow?: string[];
  svg?: string;
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('Whether one agent is better than another, and by how much')
    .argument('<candidate>', 'a run, <run>/<agent>, an entry, or @file with what `run --json` printed')
    .argument('<others...>', 'what it is compared with, named the same way')
    .option(
      '--allow <difference...>',
      'that they may differ in besides their agents: benchmark, scorers, settings',
    )
    .option('--svg <file>', 'write the intervals as a forest plot')
    .action((candidate: string, others: string[], { allow, svg }: CompareOptions, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const ids: string[] = [];
        for (const reference of [candidate, ...others])
          ids.push((await resolveEntry(api, reference)).entryId);
        const query = { entries: ids.join(','), ...(allow && { allow: allow.join(',') }) };
        const comparison = await answerOf(api.GET('/api/v1/analytics/compare', { params: { query } }));
        const rows = rowsOfComparison(comparison);
        if (svg !== undefined)
          await writeReport(svg, forestSvg(rows, `Differences in score, 95 % intervals`));
        out.answer(comparison, () => [
          ...comparison.pairs.map(({ text }) => text),
          ...(rows.length > 0 ? ['', ...forestText(rows, out.width)] : []),
        ]);
      }),
    );
}
