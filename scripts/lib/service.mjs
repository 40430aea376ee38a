import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { PROJECT } from './project.mjs';

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;
const LINES_KEPT = 20;

/** The built standalone service as a child of this process, gone when this process is. */
export class Service {
  /** @type {string[]} */
  #lines = [];
  #child;
  #folder;
  url = '';

  /** @param {string} folder where the service says that it listens */
  constructor(folder) {
    this.#folder = folder;
    const stopWithParent = pathToFileURL(join(PROJECT, 'scripts/lib/stop-with-parent.mjs')).href;
    this.#child = spawn(process.execPath, ['--import', stopWithParent, 'dist/apps/standalone/main.js'], {
      cwd: PROJECT,
      env: { AUTH_MODE: 'local', LOG_LEVEL: 'warn', ...process.env, AIBENCH_READY_FILE: this.#readyFile },
      // Its own group: Ctrl-C reaches us alone, and we stop it once.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.#lines = [...this.#lines, ...text.split('\n').filter(Boolean)].slice(-LINES_KEPT);
      });
    }
  }

  /** Resolves once /ready says yes. */
  static async start() {
    const service = new Service(await mkdtemp(join(tmpdir(), 'aibench-')));
    try {
      await service.#waitUntilReady();
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** The last that it printed, for whoever has to find out why it failed. */
  get lastLines() {
    return this.#lines.join('\n');
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it ended by itself. */
  async ended() {
    if (this.isRunning) await once(this.#child, 'exit');
    return new Error(
      `The service ended with ${this.#child.signalCode ?? `code ${this.#child.exitCode}`}.\n${this.lastLines}`,
    );
  }

  async stop() {
    if (this.isRunning) {
      const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
      clearTimeout(force);
    }
    await rm(this.#folder, { recursive: true, force: true });
    return { code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  get #readyFile() {
    return join(this.#folder, 'ready.json');
  }

  async #waitUntilReady() {
    for (const deadline = Date.now() + READY_LIMIT_MS; Date.now() < deadline; await sleep(50)) {
      if (!this.isRunning) throw await this.ended();
      const text = await readFile(this.#readyFile, 'utf8').catch(() => '');
      if (!text.endsWith('}')) continue;
      this.url = JSON.parse(text).url;
      const response = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (response?.ok) return;
    }
    throw new Error(`The service is not ready after ${READY_LIMIT_MS / 1000} s.\n${this.lastLines}`);
  }
}
