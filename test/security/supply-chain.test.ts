import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Ended {
  code: number;
  printed: string;
}

const run = (script: string, args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...env } };
    execFile(process.execPath, [join('scripts', script), ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), printed: stdout + stderr }),
    );
  });

describe('npm run sbom', () => {
  it('writes CycloneDX of what is shipped, each component once and each reference to one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aibench-sbom-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'bom.json');
    expect(await run('sbom.mjs', [file])).toMatchObject({ code: 0 });
    const bom = JSON.parse(await readFile(file, 'utf8'));
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: expect.stringMatching(/^1\.\d$/),
      version: 1,
    });
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(bom.metadata.component).toMatchObject({ type: 'application', name: 'ai-benchmark-service' });
    const refs = bom.components.map((component: any) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const known = new Set([...refs, bom.metadata.component['bom-ref']]);
    for (const { ref, dependsOn = [] } of bom.dependencies)
      expect([ref, ...dependsOn].filter((name: string) => !known.has(name))).toEqual([]);
    for (const { type, name, version, purl } of bom.components) {
      expect(type).toBe('library');
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    }
    const names = bom.components.map(({ name }: { name: string }) => name);
    expect(names).toContain('fastify');
    expect(names).not.toContain('vitest');
  });
});

describe('the audit of dependencies', () => {
  /** A registry that knows these advisories, or that knows of none at all. */
  const audit = async (advisories: object | undefined): Promise<Ended> => {
    const registry = createServer((request, response) => {
      const isAudit = request.method === 'POST' && request.url?.endsWith('/advisories/bulk');
      request.resume().on('end', () => {
        const status = isAudit && advisories ? 200 : request.method === 'POST' ? 405 : 404;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(status === 200 ? advisories : {}));
      });
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
    onTestFinished(() => void registry.close());
    const cache = await mkdtemp(join(tmpdir(), 'aibench-audit-'));
    onTestFinished(() => rm(cache, { recursive: true, force: true }));
    return run('audit.mjs', [], {
      npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
      npm_config_cache: cache,
      npm_config_fetch_retries: '0',
    });
  };
  const advisory = (severity: string) => ({
    fastify: [{ id: 1, url: 'https://example.org/1', title: 'A hole', severity, vulnerable_versions: '*' }],
  });

  it('fails for what is known to be high, and names it', async () => {
    const { code, printed } = await audit(advisory('high'));
    expect(code).toBe(1);
    expect(printed).toMatch(/^high: fastify /m);
  });

  it('passes where nothing is, or what is known is less', async () => {
    expect(await audit({})).toEqual({ code: 0, printed: 'npm audit: 0 critical, 0 high, 0 in all\n' });
    expect(await audit(advisory('moderate'))).toMatchObject({ code: 0 });
  });

  it('says in one line that a registry cannot be asked', async () => {
    const { code, printed } = await audit(undefined);
    expect(code).toBe(0);
    expect(printed).toMatch(/^NOT AUDITED: this registry has no advisories \(.*405.*\)\. .*\n$/);
  });
});
