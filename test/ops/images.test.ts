import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const text = readFileSync(join(PROJECT, 'docker/Dockerfile'), 'utf8');

interface Stage {
  from: string;
  lines: string[];
}

/** By name; a line that goes on is one. */
const stages = new Map<string, Stage>();
for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
  const [, from, name] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
  if (from !== undefined && name !== undefined) stages.set(name, { from, lines: [] });
  else [...stages.values()].at(-1)?.lines.push(line);
}

/** With what it is made from, the base first. */
function linesOf(name: string): string[] {
  const stage = stages.get(name);
  return stage ? [...linesOf(stage.from), ...stage.lines] : [];
}

describe.each(['web', 'worker'])('the image of %s', (name) => {
  const lines = linesOf(name);

  it('is run by another than root, who owns nothing in it', () => {
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(lines.join('\n')).not.toMatch(/--chown|chmod/);
  });

  it('is watched', () => {
    expect(lines.filter((line) => line.startsWith('HEALTHCHECK ')).join()).toContain('/health');
  });

  it('starts the program itself, so that signals reach it', () => {
    expect(lines.filter((line) => /^(CMD|ENTRYPOINT)/.test(line))).toEqual([
      expect.stringMatching(/^CMD \["node", /),
    ]);
  });

  it('has dependencies of production only, and no sources', () => {
    expect(lines.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY --from=dependencies /app/node_modules node_modules',
      'COPY --from=build /app/dist dist',
      'COPY package.json ./',
    ]);
    expect(lines.some((line) => line.startsWith('RUN '))).toBe(false);
  });
});

describe('the image of backup', () => {
  const lines = linesOf('backup');

  it("is run by PostgreSQL's user, who owns nothing of the program", () => {
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER postgres']);
    expect(lines.join('\n')).not.toMatch(/--chown|chmod/);
  });

  it('has pgBackRest, as the server that archives with it has', () => {
    expect(linesOf('postgres').join('\n')).toContain('apt-get install -y --no-install-recommends pgbackrest');
    expect(lines).toEqual(expect.arrayContaining(linesOf('postgres')));
  });
});

describe('the build of the images', () => {
  it('is on one fixed version of Node, which can be pinned by digest', () => {
    expect(text).toMatch(/^ARG NODE_IMAGE=node:24-[a-z]+-slim$/m);
    expect(text).toMatch(/^ARG POSTGRES_IMAGE=postgres:18-[a-z]+$/m);
    const bases = [...stages.values()].map(({ from }) => from).filter((from) => !stages.has(from));
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}', '${POSTGRES_IMAGE}']));
    expect(text).not.toContain(':latest');
  });

  it.each([
    ['build', 'RUN npm ci'],
    ['dependencies', 'RUN npm ci --omit=dev'],
  ])('installs in %s just what the lock file says', (name, command) => {
    const lines = stages.get(name)?.lines ?? [];
    const copied = lines.findIndex((line) => /^COPY .*package-lock\.json/.test(line));
    expect(copied).toBeGreaterThan(-1);
    expect(lines.indexOf(command)).toBeGreaterThan(copied);
  });

  it('knows no secrets', () => {
    expect(text).not.toMatch(/^(ARG|ENV) .*(KEY|TOKEN|PASSWORD|SECRET|PEPPER)/m);
  });

  it('is given what it copies, and nothing that is not listed', () => {
    const [first, ...listed] = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, files]) => files?.split(' ') ?? [],
    );
    expect(new Set(listed)).toEqual(new Set(copied.map((file) => `!${file}`)));
    for (const file of copied) expect(existsSync(join(PROJECT, file)), file).toBe(true);
  });
});
