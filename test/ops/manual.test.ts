import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from '#libs/database';
import { signIn } from '#test/support/identity';
import { ADMIN } from '#test/support/identity-env';
import { SpawnedService } from '#test/support/spawned-service';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';

const PROJECT = join(import.meta.dirname, '../..');
const DOCS = join(PROJECT, 'docs/operations');

/** That hold no command: a shell's are in `sh`, with `no-run: <why>` behind it where a test cannot run them. */
const OTHER_LANGUAGES = ['http', 'ini', 'mermaid', 'sql', 'text', 'yaml'];

interface Fence {
  where: string;
  language: string;
  /** Why it is not run. */
  noRun: string | undefined;
  text: string;
}

function fencesOf(file: string): Fence[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```(\S*)(.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', info = '', body = ''], i) => ({
      where: `${relative(DOCS, file)}, fence ${i + 1}`,
      language,
      noRun: /^ no-run: (.+)$/.exec(info)?.[1],
      text: body,
    }),
  );
}

// By name: backup-and-restore.md comes before what asks for the status of backups.
const files = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .sort();
const fences = files.flatMap((file) => fencesOf(join(DOCS, file)));
const commands = fences.filter(({ language }) => language === 'sh');
const run = commands.filter(({ noRun }) => noRun === undefined);
const notRun = commands.filter(({ noRun }) => noRun !== undefined);

/** Files of the project by a path whose last part may have stars. */
function matching(path: string): string[] {
  const folder = join(PROJECT, dirname(path));
  const name = new RegExp(`^${basename(path).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return readdirSync(folder)
    .filter((file) => name.test(file))
    .map((file) => join(folder, file));
}

it('is known of every fence whether it holds commands', () => {
  const unknown = fences.filter(({ language }) => ![...OTHER_LANGUAGES, 'sh'].includes(language));
  expect(unknown).toEqual([]);
  expect(run.length).toBeGreaterThan(5);
});

describe('commands that are not run here', () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const services = matching('docker/docker-compose*.yml').flatMap((file) =>
    Object.keys(parse(readFileSync(file, 'utf8')).services),
  );

  it.each(notRun)('name what there is: $where', ({ text }) => {
    for (const [, script] of text.matchAll(/npm run (?:-s )?([\w:]+)/g))
      expect(scripts).toHaveProperty([script!]);
    for (const [path] of text.matchAll(/(?<![\w/.])(docker|scripts|apps|test)\/[\w./*-]+/g))
      expect(matching(path), path).not.toEqual([]);
    for (const [, main] of text.matchAll(/dist\/(apps\/\w+\/main)\.js/g))
      expect(existsSync(join(PROJECT, `${main}.ts`)), main).toBe(true);
    for (const [, service] of text.matchAll(/docker-compose (?:exec|logs|stop|up .*--build) ([a-z]\w*)/g))
      expect(services).toContain(service);
    for (const [, service] of text.matchAll(/--scale (\w+)=/g)) expect(services).toContain(service);
  });

  it.each(notRun)('are commands to a shell: $where', async ({ text }) => {
    await promisify(execFile)('bash', ['-n', '-c', text]);
  });
});

const psql = await ensureProgram('psql', 'postgresql-client');

/** In a folder that is like a clone of the project, with its own `.data`, on a service that runs there. */
describe('commands of operators', () => {
  let service: SpawnedService;
  let clone: string;
  let env: Record<string, string>;
  let databaseUrl: string;

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'aibench-manual-'));
    await chmod(clone, 0o711);
    for (const name of ['package.json', 'node_modules', 'scripts', 'dist'])
      await symlink(join(PROJECT, name), join(clone, name));
    const dataDir = join(clone, '.data');
    service = await SpawnedService.create({
      ...{ AUTH_MODE: 'token', SETUP_ADMIN_EMAIL: ADMIN.email, SETUP_ADMIN_PASSWORD: ADMIN.password },
      DATA_DIR: dataDir,
    });
    const client = await service.start();
    const { token } = await signIn(client);
    const { PATH = '', HOME = '' } = process.env;
    env = { PATH, HOME, URL: client.url, TOKEN: token };
    databaseUrl = (await EmbeddedPostgres.runningUrl(dataDir)) ?? '';
  });
  afterAll(async () => {
    await service?.remove();
    await rm(clone, { recursive: true, force: true });
  });

  it.for(run)('succeed: $where', { timeout: 600_000 }, async ({ text }, { skip }) => {
    const takesDatabase = text.includes('$DATABASE_URL');
    skip(takesDatabase && psql === undefined, 'for want of psql, of the package postgresql-client');
    // An answer of 4xx is a failure, also where the page does not say so.
    const script = `curl() { command curl --silent --show-error --fail-with-body "$@"; }\n${text.replaceAll('/srv/aibench', `${clone}/srv`)}`;
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: clone,
      env: { ...env, ...(takesDatabase && { DATABASE_URL: databaseUrl }) },
    }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`It failed:\n${error.stdout}${error.stderr}`);
    });
    expect(stdout).not.toBe('');
  });
});
