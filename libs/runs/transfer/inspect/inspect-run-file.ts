import type { FileHandle } from 'node:fs/promises';
import { readLines, spool, type Omission, type SampleJson } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { MAX_RUN_LINE_BYTES, type TrialLine } from '../run-file.js';
import { writeRunFile } from '../run-file-writer.js';
import { omissionsOf, toRunLine } from './inspect-run-line.js';
import { withScores } from './inspect-trial.js';
import { LogReader, type Spooled } from './log-reader.js';

export interface InspectRunFile {
  /** The lines of a run file. */
  lines: AsyncIterable<string>;
  omissions: Omission[];
  close: () => Promise<void>;
}

/**
 * Changes an eval log of Inspect AI in JSON into a run file of one agent, which answers again what it answered there. Its
 * samples go to disk as they are read, since which scorers are carried over is known at the end only.
 * @param name of the benchmark; unset, that of the task.
 * @throws AppError `eval_format`, `invalid_inspect_log`, `inspect_log_unfinished`, `nothing_scored`
 */
export async function toRunFile(
  { head: start, bytes }: { head: Buffer; bytes: AsyncIterable<Buffer> },
  name?: string,
): Promise<InspectRunFile> {
  if (start.subarray(0, 2).toString() === 'PK') {
    // A client that still sends would not get to the answer.
    for await (const _piece of bytes);
    throw AppError.invalid(
      'eval_format',
      'The file is a log in the .eval format. Make JSON of it with "inspect log dump log.eval > log.json", and send that.',
    );
  }
  const log = new LogReader();
  const file = await spool(log.read(bytes));
  try {
    const head = log.head();
    const scorers = log.census.carried();
    if (scorers.size === 0) {
      throw AppError.invalid(
        'nothing_scored',
        'No scorer of the log has only values from 0 to 1, so there is no score to import. Score the log again ("inspect score"), then import it.',
        log.census.omissions().map(({ key, reason }) => ({ path: key, message: reason })),
      );
    }
    const run = toRunLine(head, log, scorers, name);
    return {
      lines: writeRunFile(run, samplesIn(file), trialsIn(file, scorers)),
      omissions: [...omissionsOf(head), ...log.census.omissions()],
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* spooled(file: FileHandle): AsyncGenerator<Spooled[]> {
  const bytes = file.createReadStream({ autoClose: false, start: 0 });
  // A line holds what one of the log does, and its keys.
  for await (const lines of readLines(bytes, 2 * MAX_RUN_LINE_BYTES)) {
    yield lines.flatMap((line) =>
      'text' in line && line.text !== '' ? [JSON.parse(line.text) as Spooled] : [],
    );
  }
}

async function* samplesIn(file: FileHandle): AsyncGenerator<SampleJson[]> {
  for await (const batch of spooled(file)) yield batch.flatMap(({ sample }) => sample ?? []);
}

async function* trialsIn(file: FileHandle, scorers: Map<string, string>): AsyncGenerator<TrialLine[]> {
  for await (const batch of spooled(file)) yield batch.map(({ trial }) => withScores(trial, scorers));
}
