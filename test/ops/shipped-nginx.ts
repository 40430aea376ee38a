import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProgram, type ChildProgram } from '#test/support/child-program';
import { freePort } from '#test/support/redis-server';

const SHIPPED = join(import.meta.dirname, '../../docker/nginx');

/** Debian's nginx with the shipped configuration but for addresses: what Docker's DNS says of `web` are ports here. */
export class ShippedNginx {
  private running: ChildProgram | undefined;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param webs as `127.0.0.1:8000`. */
  static async create(program: string, webs: string[]): Promise<ShippedNginx> {
    const folder = await mkdtemp(join(tmpdir(), 'aibench-nginx-'));
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'upstream'));
    const port = await freePort();
    const conf = (await readFile(join(SHIPPED, 'nginx.conf'), 'utf8'))
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/etc/nginx/upstream/', `${folder}/upstream/`)
      .replace('worker_processes auto', 'worker_processes 1')
      .replace('listen 8080', `listen 127.0.0.1:${port}`);
    await writeFile(join(folder, 'nginx.conf'), conf);
    const nginx = new ShippedNginx(program, folder, `http://127.0.0.1:${port}`);
    await nginx.write(webs);
    return nginx;
  }

  /** What it says of its configuration. */
  async test(): Promise<string> {
    return (await this.call('-t')).stderr;
  }

  async start(): Promise<void> {
    this.running = await startProgram(this.program, [...this.conf, '-g', 'daemon off;'], this.url);
  }

  /** Sends new requests to these, as docker/switch.sh does. */
  async leadTo(webs: string[]): Promise<void> {
    await this.write(webs);
    await this.call('-s', 'reload');
  }

  async remove(): Promise<void> {
    await this.running?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private get conf(): string[] {
    return ['-c', join(this.folder, 'nginx.conf')];
  }

  private call(...args: string[]): Promise<{ stderr: string }> {
    return promisify(execFile)(this.program, [...this.conf, ...args]);
  }

  private async write(webs: string[]): Promise<void> {
    const server = await readFile(join(SHIPPED, 'upstream/active.conf'), 'utf8');
    await writeFile(
      join(this.folder, 'upstream/active.conf'),
      webs.map((web) => server.replace('web:8000', web)).join(''),
    );
  }
}
