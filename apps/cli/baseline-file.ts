import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Run } from './api/types.js';
import { CliError, messageOf } from './cli-error.js';

export const DEFAULT_BASELINE_FILE = '.aibench/baseline.json';

/** What `run --save-baseline` keeps of a run: by branch, then by benchmark. The runs themselves stay on the server. */
type Baselines = Record<string, Record<string, Baseline>>;

export interface Baseline {
  run_id: string;
  /** Entry ids by agent. */
  entries: Record<string, string>;
  saved_at: string;
}

export async function saveBaseline(path: string, branch: string, run: Run, now: Date): Promise<void> {
  const baselines = await readBaselines(path);
  baselines[branch] = {
    ...baselines[branch],
    [run.benchmark.name]: {
      run_id: run.id,
      entries: Object.fromEntries(run.entries.map(({ id, agent }) => [agent.name, id])),
      saved_at: now.toISOString(),
    },
  };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(baselines, null, 2)}\n`);
}

/** @throws CliError where the file has none for the branch and the benchmark. */
export async function findBaseline(path: string, branch: string, benchmark: string): Promise<Baseline> {
  const baselines = await readBaselines(path);
  const baseline = baselines[branch]?.[benchmark];
  if (baseline) return baseline;
  throw CliError.usage(
    `${path} has no baseline of benchmark "${benchmark}" for branch "${branch}". Run it on that branch with ` +
      `\`aibench run … --save-baseline ${branch}\`, and let the CI keep the file (docs/ci.md).`,
    'no_baseline',
  );
}

async function readBaselines(path: string): Promise<Baselines> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Baselines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw CliError.usage(`Cannot read ${path}: ${messageOf(error)}. Mend or delete it.`, 'baseline_file');
  }
}

/** The branch that is checked out here, where the CI does not say. */
export async function currentBranch(ofCi: string | undefined): Promise<string> {
  if (ofCi !== undefined) return ofCi;
  const { stdout } = await promisify(execFile)('git', ['symbolic-ref', '--short', 'HEAD']).catch(() => ({
    stdout: '',
  }));
  if (stdout.trim() !== '') return stdout.trim();
  throw CliError.usage('No branch is checked out here: name it, as in --save-baseline main.', 'no_branch');
}
