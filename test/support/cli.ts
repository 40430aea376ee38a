import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '../..');
const MAIN = join(PROJECT, 'dist/apps/cli/main.js');

export interface CliResult {
  code: number | null;
  /** In a terminal, both streams as they come. */
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  input?: string;
  /** Columns of a pseudo-terminal to run in; else in pipes. */
  columns?: number;
  /** Called with all that it wrote so far, and how to interrupt it. */
  onOutput?: (text: string, interrupt: () => void) => void;
}

/** A person with a home of their own. The global setup builds for the suites that name this class. */
export class CliUser {
  private constructor(readonly folder: string) {}

  static async create(): Promise<CliUser> {
    return new CliUser(await mkdtemp(join(tmpdir(), 'aibench-cli-')));
  }

  /** Runs the built binary. */
  aibench(args: string[], options: CliOptions = {}): Promise<CliResult> {
    const command = [process.execPath, MAIN, ...args];
    return options.columns === undefined
      ? this.run(command, options)
      : this.run(
          [
            'script',
            '-qec',
            `stty cols ${options.columns}; exec ${command.map(quote).join(' ')}`,
            '/dev/null',
          ],
          options,
        );
  }

  /** Runs any program where `aibench` finds this home. */
  async run(
    [program = '', ...args]: string[],
    { env, input, onOutput }: CliOptions = {},
  ): Promise<CliResult> {
    const { PATH = '' } = process.env;
    const child = spawn(program, args, {
      cwd: this.folder,
      env: {
        PATH,
        HOME: this.folder,
        XDG_CONFIG_HOME: join(this.folder, '.config'),
        XDG_DATA_HOME: join(this.folder, 'data'),
        TERM: 'xterm',
        ...env,
      },
      // `script` would end with its input.
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const result: CliResult = { code: null, stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        result[stream] += text;
        onOutput?.(result.stdout + result.stderr, () => child.kill('SIGINT'));
      });
    child.stdin?.end(input);
    [result.code] = (await once(child, 'close')) as [number | null];
    return result;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
