import { createWriteStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import { answerOf, type Api } from '../api/client.js';
import { CliError, messageOf } from '../cli-error.js';
import { RUN_REFERENCE, runIdOf } from '../entry-reference.js';
import { withSession } from '../session.js';
import { count } from '../terminal/format.js';
import { showRun } from '../watched-run.js';

type Format = 'csv' | 'jsonl' | 'parquet' | 'run' | 'pdf' | 'html';
const FORMATS: Format[] = ['csv', 'jsonl', 'parquet', 'run', 'pdf', 'html'];

/** Runs as files, both ways. */
export function addTransfer(program: Command): void {
  program
    .command('export')
    .description("Write a run's trials, its report, or all of it to a file")
    .argument('<run>', RUN_REFERENCE)
    .addOption(
      new Option(
        '-f, --format <format>',
        'trials as csv, jsonl or parquet; a report as pdf or html; run: all, for `aibench import`',
      )
        .choices(FORMATS)
        .default('csv'),
    )
    .option('-o, --output <file>', '- for standard output; by default named after the run')
    .action((run: string, options: { format: Format; output?: string }, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const runId = await runIdOf(run);
        const file = options.output ?? fileName(runId, options.format);
        const body = await openExport(api, runId, options.format);
        if (file === '-') {
          await pipeline(body, process.stdout, { end: false });
          return;
        }
        const target = createWriteStream(file);
        await pipeline(body, target).catch((error: unknown) => {
          throw error instanceof CliError
            ? error
            : CliError.usage(
                `Cannot write ${file}: ${messageOf(error)}. What is there of it is not whole.`,
                'output_file',
              );
        });
        const { bytesWritten: bytes } = target;
        out.answer({ file, format: options.format, bytes }, () => [`${file}: ${count(bytes)} bytes`]);
      }),
    );
  program
    .command('import')
    .description('Take in a run that `aibench export --format run` wrote, or a log of Inspect AI')
    .argument('<file>')
    .option('--inspect', 'the file is an eval log of Inspect AI in JSON')
    .option('--name <benchmark>', 'that an imported log is to belong to')
    .action((file: string, options: { inspect?: true; name?: string }, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const form = new FormData();
        if (options.inspect)
          form.append('options', JSON.stringify(options.name ? { name: options.name } : {}));
        form.append('file', await open(file), basename(file));
        const body = form as never;
        if (!options.inspect) {
          showRun({ out }, await answerOf(api.POST('/api/v1/runs/import', { body })));
          return;
        }
        const run = await answerOf(api.POST('/api/v1/runs/import/inspect', { body }));
        showRun({ out }, run);
        for (const { key, reason } of run.not_carried_over) out.note(`Not carried over: ${key}: ${reason}`);
      }),
    );
}

async function openExport(api: Api, runId: string, format: Format): Promise<Readable> {
  const path = { run_id: runId };
  const parseAs = 'stream' as const;
  const stream = await answerOf<unknown>(
    format === 'run'
      ? api.GET('/api/v1/runs/{run_id}/export', { params: { path, query: { format: 'jsonl.gz' } }, parseAs })
      : format === 'pdf' || format === 'html'
        ? api.GET('/api/v1/runs/{run_id}/report', { params: { path, query: { format } }, parseAs })
        : api.GET('/api/v1/runs/{run_id}/results/export', { params: { path, query: { format } }, parseAs }),
  );
  return Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
}

function fileName(runId: string, format: Format): string {
  if (format === 'run') return `run_${runId}.jsonl.gz`;
  return format === 'pdf' || format === 'html'
    ? `benchmark_report_${runId}.${format}`
    : `results_${runId}.${format}`;
}

const open = (file: string): Promise<Blob> =>
  openAsBlob(file).catch((error: unknown) => {
    throw CliError.usage(`Cannot read ${file}: ${messageOf(error)}.`, 'input_file');
  });
