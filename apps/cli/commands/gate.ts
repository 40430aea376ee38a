import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answerOf, type Api } from '../api/client.js';
import type { Gate, GateRequest } from '../api/types.js';
import { DEFAULT_BASELINE_FILE } from '../baseline-file.js';
import { CliError, messageOf } from '../cli-error.js';
import { resolveBaseline, resolveEntry } from '../entry-reference.js';
import { EXIT_BY_DECISION } from '../exit-codes.js';
import { forestSvg, forestText, rowsOfGate, type ForestRow } from '../forest-plot.js';
import { collectRules } from '../gate-rule.js';
import { withSession, type Session } from '../session.js';
import { renderTable } from '../terminal/table.js';

interface GateOptions {
  candidate: string;
  baseline?: string;
  rule: GateRequest['rules'];
  agent?: string;
  cluster?: string | true;
  allow?: NonNullable<GateRequest['allow']>;
  baselineFile: string;
  junit?: string;
  markdown?: string;
  svg?: string;
}

export function addGate(program: Command): void {
  program
    .command('gate')
    .description(
      'Decide whether a candidate may take the place of its baseline: exit code 0, 1, or 3 where the data decide nothing',
    )
    .requiredOption(
      '-c, --candidate <ref>',
      'a run, <run>/<agent>, an entry, or @file with what `run --json` printed',
    )
    .option('-b, --baseline <ref>', 'the same, or branch:<name> for what `run --save-baseline` kept')
    .requiredOption(
      '-r, --rule <rule>',
      'score:0.02, cost_per_trial_usd:10%, score>=0.8, latency_p95_ms<=4000; may be given several times',
      collectRules,
    )
    .option('-a, --agent <agent>', 'of the candidate, where its run has several')
    .option(
      '--cluster [by]',
      'what like samples have in common: category, metadata.<field> or none; else as the benchmark says',
    )
    .option(
      '--allow <difference...>',
      'that both may differ in besides their agents: benchmark, scorers, settings',
    )
    .option('--baseline-file <file>', 'where baselines are kept', DEFAULT_BASELINE_FILE)
    .option('--junit <file>', 'write the decision as JUnit XML')
    .option('--markdown <file>', 'write it as Markdown, for a job summary or a comment')
    .option('--svg <file>', 'write the intervals as a forest plot')
    .action((options: GateOptions, command: Command) =>
      withSession(command, (session) => gate(options, session)),
    );
}

async function gate(options: GateOptions, { api, out }: Session): Promise<void> {
  const candidate = await resolveEntry(api, options.candidate, options.agent);
  const baseline =
    options.baseline === undefined
      ? undefined
      : await resolveBaseline(api, options.baseline, candidate, options.baselineFile);
  const request: GateRequest = {
    candidate: candidate.entryId,
    rules: options.rule,
    ...(baseline && { baseline: baseline.entryId }),
    ...(options.cluster && { cluster: options.cluster === true ? 'category' : options.cluster }),
    ...(options.allow && { allow: options.allow }),
  };
  const result = await answerOf(api.POST('/api/v1/analytics/gate', { body: request }));
  const rows = rowsOfGate(result.rules);
  if (options.junit !== undefined) await writeReport(options.junit, await report(api, request, 'junit'));
  if (options.markdown !== undefined)
    await writeReport(options.markdown, withPlot(await report(api, request, 'markdown'), rows));
  if (options.svg !== undefined) await writeReport(options.svg, forestSvg(rows, titleOf(result)));
  out.answer(result, () => [
    `Gate: ${result.decision}`,
    titleOf(result),
    '',
    ...renderTable(
      result.rules,
      [
        { title: 'Rule', isText: true, text: ({ metric }) => metric },
        { title: 'Decision', isText: true, text: ({ decision }) => decision },
        { title: 'Why', isText: true, text: ({ text }) => text },
      ],
      // The reasons are sentences, which a cut would take the end of.
      Infinity,
    ),
    ...(rows.length > 0 ? ['', ...forestText(rows, out.width)] : []),
  ]);
  process.exitCode = EXIT_BY_DECISION[result.decision];
}

const report = (api: Api, body: GateRequest, format: 'junit' | 'markdown'): Promise<string> =>
  answerOf(api.POST('/api/v1/analytics/gate', { params: { query: { format } }, body, parseAs: 'text' }));

/** Neither GitHub nor GitLab shows an SVG in the middle of a text, so the plot is in characters there. */
const withPlot = (markdown: string, rows: ForestRow[]): string =>
  rows.length === 0 ? markdown : `${markdown}\n\`\`\`\n${forestText(rows, 120).join('\n')}\n\`\`\`\n`;

const titleOf = ({ candidate, baseline }: Gate): string =>
  [candidate, baseline]
    .flatMap((entry) => (entry ? [`${entry.agent}@${entry.agent_version}`] : []))
    .join(' against ') + ` on ${candidate.benchmark}@${candidate.benchmark_version}`;

export async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw CliError.usage(`Cannot write ${file}: ${messageOf(error)}.`, 'output_file');
  });
}
