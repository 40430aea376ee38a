import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, type Client } from './service.js';

/**
 * A process of the built service, by default the standalone one, which a test may kill and start again on the same data.
 * The global setup builds for the suites that name this class.
 */
export class SpawnedService {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly folder: string,
    private readonly env: Record<string, string>,
    private readonly app: string,
  ) {}

  static async create(env: Record<string, string> = {}, app = 'standalone'): Promise<SpawnedService> {
    const folder = await mkdtemp(join(tmpdir(), 'aibench-spawned-'));
    // Run by root, its Postgres is another user and has to get through.
    await chmod(folder, 0o711);
    return new SpawnedService(folder, env, app);
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<Client> {
    const readyFile = join(this.folder, 'ready.json');
    await rm(readyFile, { force: true });
    const child = spawn(process.execPath, [`dist/apps/${this.app}/main.js`], {
      cwd: join(import.meta.dirname, '../..'),
      env: {
        ...process.env,
        NODE_ENV: '',
        VITEST: '',
        AUTH_MODE: 'local',
        PORT: '0',
        LOG_LEVEL: 'warn',
        LOCAL_MODELS: 'on',
        DATA_DIR: join(this.folder, 'data'),
        AIBENCH_READY_FILE: readyFile,
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    while (child.exitCode === null) {
      const ready = await readFile(readyFile, 'utf8').catch(() => '');
      if (ready !== '') return clientOf(JSON.parse(ready).url as string);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The service ended with ${child.exitCode}:\n${this.output}`);
  }

  /** Sends a signal and waits for the end. @returns the exit code, null where the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  /** What it has printed so far. */
  get printed(): string {
    return this.output;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }
}
