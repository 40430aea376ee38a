import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Keeper } from './keeper.js';

const PROJECT = join(import.meta.dirname, '../..');
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** An api or a worker as a process of its own, from dist, whose output is in a file. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    readonly url: string,
  ) {}

  /** @param path of its log and ready file, without their endings. */
  static async start(
    app: 'api' | 'worker',
    env: Record<string, string>,
    path: string,
    keeper: Keeper,
  ): Promise<ServiceProcess> {
    const log = await open(`${path}.log`, 'w');
    const readyFile = `${path}.ready.json`;
    const child = spawn(process.execPath, [`dist/apps/${app}/main.js`], {
      cwd: PROJECT,
      env: {
        ...process.env,
        AUTH_MODE: 'local',
        NODE_ENV: 'production',
        LOCAL_MODELS: 'on',
        AIBENCH_READY_FILE: readyFile,
        ...env,
      },
      // A group of its own: Ctrl-C is for the runner.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    const pid = child.pid;
    if (pid === undefined) throw new Error(`The ${app} could not be started.`);
    keeper.started(pid);
    child.once('exit', () => keeper.ended(pid));
    for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline; await sleep(20)) {
      const ready = await readFile(readyFile, 'utf8').catch(() => '');
      if (ready !== '') return new ServiceProcess(child, pid, (JSON.parse(ready) as { url: string }).url);
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    child.kill('SIGKILL');
    throw new Error(`The ${app} did not start: ${await readFile(`${path}.log`, 'utf8')}`);
  }

  get gone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** kill -9. Returns when it is gone. */
  async kill(): Promise<void> {
    if (this.gone) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    for (const deadline = Date.now() + STOP_LIMIT_MS; Date.now() < deadline && !this.gone;) await sleep(20);
    await this.kill();
  }

  /** What it counts under that name at /metrics, over every label that `labels` (a pattern) allows. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const lines = text.matchAll(new RegExp(`^${name}\\{[^}]*${labels}[^}]*\\} (\\S+)$`, 'gm'));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  }
}
