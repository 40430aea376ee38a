import { Command, InvalidArgumentError, Option } from 'commander';
import { AppConfig, readEnvironment } from '#libs/config';
import { backup } from './commands/backup.js';
import { drill } from './commands/drill.js';
import { restoreCluster, restoreFromDump } from './commands/restore.js';
import { status, statusLines } from './commands/status.js';
import { verify } from './commands/verify.js';
import { addDemoData, withDemoInstallation } from './demo-installation.js';
import { EXIT } from './exit-codes.js';
import { withInstallation } from './installation.js';
import type { Repo } from './pgbackrest.js';
import { listDumps } from './dumps.js';

interface RestoreOptions {
  to?: string;
  repo: `${Repo}`;
  targetTime?: Date;
  dump?: string;
  force?: string;
}

const config = (): AppConfig => new AppConfig(readEnvironment(), { standalone: true });

const isSetUp = async ({ database, ops }: AppConfig): Promise<boolean> =>
  database.url !== undefined || (await listDumps(ops.backupDir)).length > 0;

/** Whether a drill here takes pgBackRest and a server's programs: not where there are just dumps. */
export async function drillTakesServer(): Promise<boolean> {
  return config().ops.pgData !== undefined || !(await isSetUp(config()));
}

/** `npm run ops`. What it works on is in the environment, secrets above all: arguments are seen by everybody. */
export function buildProgram(say: (line: string) => void): Command {
  const program = new Command('ops')
    .description('Backups of the AI Benchmark Service, and their proof')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed or damaged, 2 wrong usage or configuration, 3 something is overdue (status).',
    );
  const end = (code: number): void => void (process.exitCode = code);

  program
    .command('backup')
    .description('make what is due: to be called every hour')
    .option('--full', 'full ones of both repositories and a dump, whatever is due')
    .action(({ full }: { full?: true }) =>
      withInstallation(config(), say, (installation) => backup(installation, { full: full === true })),
    );

  program
    .command('verify')
    .description('read every backup and compare checksums')
    .action(async () => {
      const verified = await verify(config());
      for (const { what, wrong } of verified)
        say(wrong === null ? `ok      ${what}` : `DAMAGED ${what}: ${wrong}`);
      if (verified.some(({ wrong }) => wrong !== null)) end(EXIT.failed);
    });

  program
    .command('restore')
    .description("a server's data to a folder, or a dump into the database of DATABASE_URL")
    .option('--to <folder>', 'where to; empty')
    .addOption(new Option('--repo <number>', 'from where').choices(['1', '2']).default('1'))
    .option('--target-time <time>', 'as it was then, as in 2026-11-28T17:00:00Z', parseTime)
    .addOption(
      new Option('--dump <name>', 'a dump of that name, or the latest').conflicts(['to', 'targetTime']),
    )
    .option('--force <name>', 'replace what is in the folder or database of that name')
    .action(async ({ to, repo, targetTime, dump, force }: RestoreOptions) => {
      if (to !== undefined)
        say(await restoreCluster(config(), to, { repo: Number(repo) as Repo, targetTime, force }));
      else if (dump !== undefined)
        await withInstallation(
          config(),
          say,
          async (installation) => say(await restoreFromDump(installation, dump, force)),
          { alone: true },
        );
      else program.error('error: say where to: --to <folder>, or which dump: --dump latest');
    });

  program
    .command('drill')
    .description('restore to places of its own and prove what is there')
    .action(async () => {
      const passed = (await isSetUp(config()))
        ? await withInstallation(config(), say, (installation) => drill(installation))
        : await drillOnDemo(say);
      say(passed ? 'The drill passed.' : 'The drill FAILED.');
      if (!passed) end(EXIT.failed);
    });

  program
    .command('status')
    .description('what backups there are, and what is overdue')
    .option('--json', 'as one JSON document')
    .action(async ({ json }: { json?: true }) => {
      const found = await withInstallation(config(), say, (installation) => status(installation));
      for (const line of json ? [JSON.stringify(found, null, 2)] : statusLines(found)) say(line);
      if (found.problems.length > 0) end(EXIT.overdue);
    });
  return program;
}

/** Where nothing is backed up yet, it can still be told whether this machine could. */
async function drillOnDemo(say: (line: string) => void): Promise<boolean> {
  say(
    'Nothing is set up here (no DATABASE_URL, no backups): the drill is on a server of its own, with demonstration data.',
  );
  return withDemoInstallation(say, async (installation) => {
    await addDemoData(installation);
    await backup(installation);
    // What came after the backup is in the WAL alone.
    await addDemoData(installation);
    return drill(installation);
  });
}

function parseTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Give a time as in 2026-11-28T17:00:00Z.');
  return time;
}
