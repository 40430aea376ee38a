// npm run test:previous-release [-- <vitest arguments>]: the previous release's code has to pass its own tests on the schema of
// this one, as it will have to while a deploy is under way. There is nothing to do before there is a second release.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { npm } from './lib/npm.mjs';
import { fail, messageOf, PROJECT } from './lib/project.mjs';
import { step } from './lib/step.mjs';

/** The tests of these ask what exactly the schema is, and may well be wrong about a newer one. */
const ABOUT_THE_SCHEMA = [
  'test/e2e/migrations.test.ts',
  'libs/database/migrate.test.ts',
  'test/security/tenant-policies.test.ts',
];
/** What the global setup of tests migrates with instead of its own migrations. */
const VARIABLE = 'TEST_MIGRATE_WITH';

/** @param {string[]} args */
const git = (...args) => execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8' }).trim();

try {
  process.exitCode = await run();
} catch (error) {
  fail(messageOf(error));
}

async function run() {
  if (git('rev-parse', '--is-shallow-repository') === 'true')
    fail('This clone is shallow and may lack the previous release. Fetch the whole history with its tags.');
  const tag = git(
    ...['tag', '--list', 'v[0-9]*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname'],
  ).split('\n')[0];
  if (!tag) {
    console.log('Previous release: there is none yet (no tag v* before this commit), so nothing was tested.');
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'aibench-previous-'));
  // Run by root, the PostgreSQL of its tests is another user and has to get through.
  chmodSync(folder, 0o711);
  const previous = join(folder, 'release');
  try {
    git('worktree', 'add', '--quiet', '--detach', previous, tag);
    if (!readFileSync(join(previous, 'test/support/global-setup.ts'), 'utf8').includes(VARIABLE))
      throw new Error(
        `${tag} is from before ${VARIABLE}: its tests cannot be run on the schema of another release.`,
      );
    await ensureBuilt();
    await step(`Installing ${tag}`, () => npm('ci', '--prefix', previous, '--loglevel=error'));
    console.log(`The tests of ${tag}, on the schema of ${git('describe', '--always', '--dirty')}:`);
    const vitest = spawn(
      process.execPath,
      [
        join(previous, 'node_modules/vitest/vitest.mjs'),
        ...['run', ...ABOUT_THE_SCHEMA.flatMap((file) => ['--exclude', file])],
        ...process.argv.slice(2),
      ],
      {
        cwd: previous,
        stdio: 'inherit',
        env: { ...process.env, [VARIABLE]: join(PROJECT, 'scripts/migrate.mjs') },
      },
    );
    const [code] = await once(vitest, 'exit');
    console.log(
      code === 0
        ? `${tag} passes its tests on this schema.`
        : `${tag} fails its tests on this schema: a process of it would fail so while a deploy is under way. Migrations only expand; see CONTRIBUTING.md.`,
    );
    return code ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  }
}
