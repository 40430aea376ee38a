import { readFile } from 'node:fs/promises';
import type { Api } from './api/client.js';
import type { Run } from './api/types.js';
import { findBaseline } from './baseline-file.js';
import { CliError, messageOf } from './cli-error.js';
import { getRun } from './follow-run.js';

/** One agent's part of a run, as far as the command line knows it. */
export interface EntryReference {
  entryId: string;
  /** Unknown where the entry was named by its id alone. */
  agent?: string;
  benchmark?: string;
}

/**
 * The entry that `<entry>`, `<run>`, `<run>/<agent>` or `@file` (with what `run --json` printed) names.
 * @param agent that is meant where a run has several
 */
export async function resolveEntry(api: Api, reference: string, agent?: string): Promise<EntryReference> {
  const [id = '', ofRun] = splitOnce(await runIdOf(reference), '/');
  const run = await findRun(api, id);
  return run ? entryOf(run, ofRun, agent) : { entryId: id };
}

/** The entry of the candidate's agent in what `branch:<name>` was saved as, or as `resolveEntry` says. */
export async function resolveBaseline(
  api: Api,
  reference: string,
  candidate: EntryReference,
  baselineFile: string,
): Promise<EntryReference> {
  const branch = /^branch:(.+)$/.exec(reference)?.[1];
  if (branch === undefined) return resolveEntry(api, reference, candidate.agent);
  const { agent, benchmark } = candidate;
  if (agent === undefined || benchmark === undefined)
    throw CliError.usage('With branch:… name the candidate by its run, not by its entry.', 'candidate');
  const { entries } = await findBaseline(baselineFile, branch, benchmark);
  const entryId =
    entries[agent] ?? (Object.keys(entries).length === 1 ? Object.values(entries)[0] : undefined);
  if (entryId === undefined)
    throw CliError.usage(
      `The baseline of branch "${branch}" has no agent "${agent}", only ${Object.keys(entries).join(', ')}.`,
      'no_baseline',
    );
  return { entryId };
}

/** @param wanted has to be there; `likely` is chosen where there are several */
function entryOf(run: Run, wanted: string | undefined, likely: string | undefined): EntryReference {
  const of = (agent: string | undefined) => run.entries.find((entry) => entry.agent.name === agent);
  const chosen = wanted === undefined ? (of(likely) ?? theOnly(run.entries)) : of(wanted);
  if (chosen) return { entryId: chosen.id, agent: chosen.agent.name, benchmark: run.benchmark.name };
  const names = run.entries.map(({ agent }) => agent.name).join(', ');
  throw CliError.usage(
    wanted === undefined
      ? `Run ${run.id} has several agents: ${names}. Say which, as in ${run.id}/${run.entries[0]?.agent.name}.`
      : `Run ${run.id} has no agent "${wanted}", only ${names}.`,
    'entry',
  );
}

const theOnly = <T>(items: T[]): T | undefined => (items.length === 1 ? items[0] : undefined);

/** Undefined where the id is not a run's: then it is for the server to say what it is. */
async function findRun(api: Api, id: string): Promise<Run | undefined> {
  try {
    return await getRun(api, id);
  } catch (error) {
    if (error instanceof CliError && error.details.status === 404) return undefined;
    throw error;
  }
}

/** How the help says it. */
export const RUN_REFERENCE = 'its id, or @file with what `run --json` printed';

/** A run's id, also where `@file` has it. */
export const runIdOf = async (reference: string): Promise<string> =>
  reference.startsWith('@') ? readRunFile(reference.slice(1)) : reference;

async function readRunFile(path: string): Promise<string> {
  try {
    const { id } = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown };
    if (typeof id === 'string') return id;
    throw new Error('it has no "id"');
  } catch (error) {
    throw CliError.usage(
      `Cannot use ${path}: ${messageOf(error)}. It has to be what \`aibench run … --json\` printed.`,
      'run_file',
    );
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
