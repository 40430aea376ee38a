import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;
const LINES_KEPT = 20;

/** Both are siblings of this file where it is built. */
const STANDALONE = new URL('../standalone/main.js', import.meta.url);
const STOP_WITH_PARENT = new URL('./stop-with-parent.js', import.meta.url);

/** The built standalone service as a child of this process, gone when this process is. */
export class LocalService {
  private lines: string[] = [];
  private readonly child: ChildProcess;
  url = '';

  /** @param folder where the service says that it listens */
  private constructor(
    private readonly folder: string,
    env: Record<string, string>,
  ) {
    this.child = spawn(process.execPath, ['--import', STOP_WITH_PARENT.href, fileURLToPath(STANDALONE)], {
      env: {
        AUTH_MODE: 'local',
        LOG_LEVEL: 'warn',
        ...process.env,
        ...env,
        AIBENCH_READY_FILE: this.readyFile,
      },
      // Its own group: Ctrl-C reaches us alone, and we stop it once.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.lines = [...this.lines, ...text.split('\n').filter(Boolean)].slice(-LINES_KEPT);
      });
  }

  /**
   * Resolves once /ready says yes.
   * @param env wins over this process's own environment
   */
  static async start(env: Record<string, string> = {}): Promise<LocalService> {
    if (!existsSync(STANDALONE))
      throw CliError.usage('The service is not built: run `npm run build` in its folder.', 'not_built');
    const service = new LocalService(await mkdtemp(join(tmpdir(), 'aibench-')), env);
    try {
      await service.waitUntilReady();
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  /** The last that it printed, for whoever has to find out why it failed. */
  get lastLines(): string {
    return this.lines.join('\n');
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it ended by itself. */
  async ended(): Promise<CliError> {
    if (this.isRunning) await once(this.child, 'exit');
    return new CliError(
      EXIT.unreachable,
      `The service ended with ${this.child.signalCode ?? `code ${this.child.exitCode}`}.\n${this.lastLines}`,
      { code: 'local_service_ended' },
    );
  }

  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.isRunning) {
      const ended = once(this.child, 'exit');
      const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
      this.child.kill('SIGTERM');
      await ended;
      clearTimeout(force);
    }
    await rm(this.folder, { recursive: true, force: true });
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  private get readyFile(): string {
    return join(this.folder, 'ready.json');
  }

  private async waitUntilReady(): Promise<void> {
    for (const deadline = Date.now() + READY_LIMIT_MS; Date.now() < deadline; await sleep(50)) {
      if (!this.isRunning) throw await this.ended();
      const text = await readFile(this.readyFile, 'utf8').catch(() => '');
      if (!text.endsWith('}')) continue;
      this.url = (JSON.parse(text) as { url: string }).url;
      const response = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (response?.ok) return;
    }
    throw new CliError(
      EXIT.unreachable,
      `The service is not ready after ${READY_LIMIT_MS / 1000} s.\n${this.lastLines}`,
      { code: 'local_service_not_ready' },
    );
  }
}
