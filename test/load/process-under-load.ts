import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSecondsOf } from './cpu-seconds.js';
import { CpuShare } from './cpu-share.js';

const PROJECT = join(import.meta.dirname, '../..');

/** A child of a benchmark. Its standard input is a pipe that closes with us, its output goes to ours unless read. */
export class ProcessUnderLoad {
  private cpuShare: CpuShare | undefined;

  private constructor(private readonly child: ChildProcess) {
    process.once('exit', this.kill);
  }

  private readonly kill = (): void => void this.child.kill();

  static start(args: string[], env: Record<string, string> = {}): ProcessUnderLoad {
    const child = spawn(process.execPath, args, {
      cwd: PROJECT,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        AUTH_MODE: 'local',
        LOG_LEVEL: 'warn',
        LOCAL_MODELS: 'on',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new ProcessUnderLoad(child);
  }

  /** A whole service of an in-process queue, with the memory that the image gives an api. */
  static service(env: Record<string, string>): ProcessUnderLoad {
    return ProcessUnderLoad.start(
      ['--max-old-space-size=512', '--max-semi-space-size=4', 'dist/apps/standalone/main.js'],
      { MALLOC_ARENA_MAX: '1', REDIS_URL: '', PORT: '0', ...env },
    );
  }

  /** The first line that it prints. */
  async firstLine(): Promise<string> {
    const lines = createInterface({ input: this.child.stdout ?? process.stdin });
    const [line] = (await once(lines, 'line')) as [string];
    return line;
  }

  /** Most memory that it had in use so far, in MB (10^6 bytes), by the kernel's account. */
  peakRssMb(): Promise<number> {
    return this.memoryMb('VmHWM');
  }

  /** That it has in use now, likewise. */
  rssMb(): Promise<number> {
    return this.memoryMb('VmRSS');
  }

  private async memoryMb(field: string): Promise<number> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
    return Math.round((Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024) / 1e6);
  }

  /** That it has used so far, all its threads together. */
  cpuSeconds(): Promise<number> {
    return cpuSecondsOf(Number(this.child.pid));
  }

  /** From now on. @param share of one core. */
  async limitCpu(share: number): Promise<void> {
    this.cpuShare = await CpuShare.limit(Number(this.child.pid), share);
  }

  async stop(): Promise<void> {
    process.off('exit', this.kill);
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    await this.cpuShare?.remove();
  }
}
