import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ipaddr from 'ipaddr.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';

const PROJECT = join(import.meta.dirname, '../..');
const program = await ensureProgram('docker-compose');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const compose = (name: string): any => parse(read(`docker/${name}`), { merge: true });

const app = compose('app.yml').services.app;
const FILES = [
  'docker-compose.yml',
  'docker-compose.ha.yml',
  'docker-compose.backup.yml',
  'docker-compose.blue.yml',
  'docker-compose.green.yml',
];
const main = compose('docker-compose.yml');

/** Of all files, with what they extend. */
const services: [string, any][] = FILES.flatMap((file) =>
  Object.entries<any>(compose(file).services).map(([name, service]): [string, any] => [
    name,
    // What adds to the postgres of the first file is that one still.
    file === 'docker-compose.backup.yml' && name === 'postgres'
      ? { ...main.services.postgres, ...service }
      : service.extends
        ? { ...app, ...service, build: { ...app.build, ...service.build } }
        : service,
  ]),
);

describe.each(services)('the container of %s', (name, service) => {
  it('is bounded, and has what it needs reserved', () => {
    const { limits, reservations } = service.deploy.resources;
    for (const resources of [limits, reservations])
      expect(resources).toEqual({ cpus: expect.any(String), memory: expect.stringMatching(/^\d+[mg]$/) });
  });

  it('gains no privileges and cannot change its own files', () => {
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.read_only).toBe(true);
    expect(service.privileged).toBeUndefined();
    expect(JSON.stringify(service)).not.toContain('docker.sock');
  });

  it('is watched and comes back', () => {
    expect(service.healthcheck.test[0]).toBe('CMD');
    expect(service.restart).toBe('unless-stopped');
  });

  it('has a fixed image, or is built here', () => {
    if (service.build) expect(service.build).toMatchObject({ dockerfile: 'docker/Dockerfile' });
    else expect(service.image).toMatch(/^\$\{[A-Z_]+_IMAGE:-[\w./-]+:[\w.-]+\}$/);
    expect(service.image).not.toMatch(/:latest\}?$/);
  });

  it('is published only where people come in, and there on loopback', () => {
    if (!['web', 'nginx', 'grafana'].includes(name)) expect(service.ports).toBeUndefined();
    for (const port of service.ports ?? []) expect(port).toMatch(/^\$\{[A-Z]+_PUBLISH:-127\.0\.0\.1:/);
  });

  it('gets its secrets from outside', () => {
    for (const [variable, value] of Object.entries<string>(service.environment ?? {}))
      if (
        /PASSWORD|PASS$|SECRET|TOKEN|_URL$|DATA_SOURCE|AUTH$|KEYS?$|PEPPERS/.test(variable) &&
        variable !== 'REDIS_ADDR'
      )
        expect(value, variable).toMatch(/\$\{[A-Z_]+:[?-][^}]*\}/);
  });
});

describe('the whole of the containers', () => {
  it('has the services that the manual names', () => {
    expect(Object.keys(main.services)).toEqual(
      expect.arrayContaining(['web', 'worker', 'postgres', 'redis', 'prometheus', 'grafana']),
    );
  });

  it('keeps stores and exporters in a network without a way out', () => {
    expect(main.networks.backend).toMatchObject({ internal: true });
    const inside = services.filter(([, { networks }]) => JSON.stringify(networks) === '["backend"]');
    expect(inside.map(([name]) => name)).toEqual([
      'postgres',
      'redis',
      'prometheus',
      'postgres-exporter',
      'redis-exporter',
      'node-exporter',
      'postgres',
      'backup',
    ]);
  });

  it('has a Redis that evicts nothing', () => {
    const { command } = main.services.redis;
    expect(command[command.indexOf('--maxmemory-policy') + 1]).toBe('noeviction');
  });

  it('gives Prometheus the token that /metrics wants, in the file that its configuration names', async () => {
    const { entrypoint, tmpfs, environment } = main.services.prometheus;
    const { scrape_configs: jobs } = compose('prometheus/prometheus.yml');
    const files = jobs
      .filter(({ job_name: name }: any) => ['web', 'worker'].includes(name))
      .map(({ authorization }: any) => authorization.credentials_file);
    expect(environment.OPERATIONS_TOKEN).toBe(app.environment.OPERATIONS_TOKEN);
    const folder = await mkdtemp(join(tmpdir(), 'aibench-token-'));
    try {
      const [shell, ...args] = entrypoint.map((text: string) =>
        text.replaceAll('$$', '$').replaceAll(tmpfs[0], folder).replace('/bin/prometheus', 'echo'),
      );
      const run = promisify(execFile)(shell, [...args, '--a=b'], {
        env: { OPERATIONS_TOKEN: 'a token of theirs' },
      });
      expect((await run).stdout).toBe('--a=b\n');
      for (const file of files)
        expect(readFileSync(file.replace(tmpfs[0], folder), 'utf8')).toBe('a token of theirs');
      expect(files).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('believes proxies of its own two networks, and of no address more', () => {
    const trusted = /:-([\d./]+)\}$/.exec(app.environment.TRUSTED_PROXIES)?.[1] ?? '';
    const subnets = Object.values<any>(main.networks).map(({ ipam }) => ipam.config[0].subnet as string);
    const size = (range: string): number => 2 ** (32 - ipaddr.parseCIDR(range)[1]);
    for (const subnet of subnets)
      expect(ipaddr.parseCIDR(subnet)[0].match(ipaddr.parseCIDR(trusted) as never)).toBe(true);
    expect(subnets.map(size).reduce((sum, each) => sum + each, 0)).toBe(size(trusted));
  });

  it('reads only variables that .env.example knows', () => {
    const known = read('.env.example');
    const text = [...FILES, 'app.yml'].map((file) => read(`docker/${file}`)).join('\n');
    const variables = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] as string));
    const settings = [...variables].filter((name) => !/(_IMAGE|^TAG)$/.test(name));
    for (const name of settings) expect(known).toMatch(new RegExp(`^# ${name}=`, 'm'));
  });

  it('is valid for docker-compose, from the root and with COMPOSE_FILE in .env', async (context) => {
    context.skip(program === undefined, 'no docker-compose, and none that can be installed');
    const folder = await mkdtemp(join(tmpdir(), 'aibench-compose-'));
    try {
      const file = FILES.map((name) => join(PROJECT, 'docker', name)).join(':');
      const secrets = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'GRAFANA_PASSWORD', 'OPS_CIPHER_PASS'].map(
        (name) => `${name}=for-the-test`,
      );
      await writeFile(join(folder, '.env'), [`COMPOSE_FILE=${file}`, ...secrets].join('\n'));
      const run = (env: NodeJS.ProcessEnv = {}): Promise<{ stdout: string }> =>
        promisify(execFile)(program as string, ['config'], {
          cwd: folder,
          env: { PATH: process.env['PATH'], ...env },
        });
      const { services: merged, networks } = parse((await run()).stdout);
      expect(Object.keys(merged).sort()).toEqual([...new Set(services.map(([name]) => name))].sort());
      expect(networks.backend.internal).toBe(true);
      expect(merged.web.environment.DATABASE_URL).toBe(
        'postgres://benchmark_user:for-the-test@postgres:5432/benchmark_db',
      );
      await writeFile(join(folder, '.env'), `COMPOSE_FILE=${file}\n`);
      await expect(run()).rejects.toThrow('set it in .env');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
