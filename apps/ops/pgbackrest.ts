import { chown, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { ownerOf, type User } from './installation.js';
import { run } from './run.js';

const STANZA = 'aibench';
export const REPOS = [1, 2] as const;
export type Repo = (typeof REPOS)[number];
/** For how long back any moment can be restored, in days. */
export const KEPT_DAYS: Record<Repo, number> = { 1: 7, 2: 30 };

export interface Backup {
  repo: Repo;
  label: string;
  type: 'full' | 'diff' | 'incr';
  start: Date;
  stop: Date;
  /** Of the database, and what it takes in the repository. */
  bytes: number;
  storedBytes: number;
  damaged: boolean;
}

/** As `pgbackrest info --output=json` says it. */
interface Info {
  backup: {
    label: string;
    type: Backup['type'];
    error?: boolean | null;
    timestamp: { start: number; stop: number };
    database: { 'repo-key': Repo };
    info: { size: number; repository: { delta: number } };
  }[];
}

/** The point of recovery, in pgBackRest's own words; none: the end of what was archived. */
export type Target = { type: 'time' | 'lsn'; target: string; exclusive?: boolean };

/** pgBackRest on the server whose data is in `OPS_PG_DATA`. */
export class PgBackRest {
  private constructor(
    private readonly settings: AppConfig['ops'],
    private readonly pgData: string,
    private readonly user: User,
  ) {}

  /** Undefined where `OPS_PG_DATA` is not set. Writes the configuration that archive_command names too. */
  static async open({ ops: settings }: AppConfig): Promise<PgBackRest | undefined> {
    if (settings.pgData === undefined) return undefined;
    const user = await ownerOf(settings.pgData).catch(() => {
      throw AppError.invalid(
        'invalid_configuration',
        `OPS_PG_DATA: there is no ${settings.pgData}. Set it to the data directory that "SHOW data_directory" tells.`,
      );
    });
    const pgbackrest = new PgBackRest(settings, settings.pgData, user);
    await pgbackrest.configure();
    return pgbackrest;
  }

  get configFile(): string {
    return join(this.settings.backupDir, 'pgbackrest.conf');
  }

  /** The setting without which no WAL gets here. */
  get archiveCommand(): string {
    return `pgbackrest --config=${this.configFile} --stanza=${STANZA} archive-push %p`;
  }

  /** Makes the repositories where nothing was backed up yet, and finds out whether WAL arrives in both. */
  async prepare(): Promise<void> {
    if ((await this.backups()).length > 0) return;
    await this.run('stanza-create');
    await this.check();
  }

  /** Has the server end its WAL segment, and returns when that is archived. @throws where archiving does not work. */
  async check(): Promise<void> {
    await this.run('check').catch((error: AppError) => {
      throw new AppError(
        'unavailable',
        'wal_not_archived',
        `${error.message} The server needs, in its postgresql.conf and then restarted: wal_level = replica, archive_mode = on, archive_timeout = 60, archive_command = '${this.archiveCommand}'`,
        { cause: error },
      );
    });
  }

  async backup(repo: Repo, type: 'full' | 'incr'): Promise<void> {
    // It ends when its WAL is archived, behind all that a busy server wrote before.
    await this.run('backup', `--repo=${repo}`, `--type=${type}`, '--archive-timeout=600');
  }

  async backups(): Promise<Backup[]> {
    const info = JSON.parse(await this.run('info', '--output=json')) as Info[];
    return info.flatMap(({ backup }) =>
      backup.map(({ label, type, error, timestamp, database, info: { size, repository } }) => ({
        repo: database['repo-key'],
        label,
        type,
        start: new Date(timestamp.start * 1000),
        stop: new Date(timestamp.stop * 1000),
        bytes: size,
        storedBytes: repository.delta,
        damaged: error === true,
      })),
    );
  }

  /** Reads every file of a repository and compares its checksum. @returns what is wrong, in pgBackRest's words. */
  async verify(repo: Repo): Promise<string | null> {
    const said = await this.run('verify', `--repo=${repo}`, '--output=text', '--verbose');
    return /status: ok/.test(said) ? null : said.replace(/\s+/g, ' ').trim();
  }

  /** Into a folder that is empty, or with `over` in the place of the cluster that is in it. */
  async restore(
    folder: string,
    { repo, target, over, archiving }: { repo: Repo; target?: Target; over: boolean; archiving: boolean },
  ): Promise<void> {
    await this.run(
      'restore',
      `--repo=${repo}`,
      `--pg1-path=${folder}`,
      ...(over ? ['--delta'] : []),
      ...(archiving ? [] : ['--archive-mode=off']),
      ...(target ? [`--type=${target.type}`, `--target=${target.target}`, '--target-action=promote'] : []),
      ...(target?.exclusive ? ['--target-exclusive'] : []),
    );
  }

  private run(command: string, ...options: string[]): Promise<string> {
    return run('pgbackrest', [command, `--config=${this.configFile}`, `--stanza=${STANZA}`, ...options], {
      user: this.user,
    });
  }

  private async configure(): Promise<void> {
    const { backupDir, repo2Dir, pgUser, cipherPass } = this.settings;
    const own = ['repo1', 'lock', 'log', 'spool'].map((name) => join(backupDir, name));
    await mkdir(backupDir, { recursive: true, mode: 0o711 });
    for (const folder of [...own, repo2Dir]) await this.makeFolder(folder);
    // The fourth and fifth line of the file are the port and the folder of the socket.
    const postmaster = await readFile(join(this.pgData, 'postmaster.pid'), 'utf8').catch(() => '');
    const [, , , port, socketFolder] = postmaster.split('\n');
    const text = [
      '# Written by "npm run ops"; it reads the environment each time and writes this anew.',
      '[global]',
      `repo1-path=${join(backupDir, 'repo1')}`,
      'repo1-retention-full-type=time',
      `repo1-retention-full=${KEPT_DAYS[1]}`,
      `repo2-path=${repo2Dir}`,
      'repo2-retention-full-type=time',
      `repo2-retention-full=${KEPT_DAYS[2]}`,
      'repo2-cipher-type=aes-256-cbc',
      `repo2-cipher-pass=${cipherPass}`,
      `lock-path=${join(backupDir, 'lock')}`,
      `log-path=${join(backupDir, 'log')}`,
      `spool-path=${join(backupDir, 'spool')}`,
      'log-level-console=warn',
      'compress-type=zst',
      'process-max=2',
      'start-fast=y',
      `[${STANZA}]`,
      `pg1-path=${this.pgData}`,
      `pg1-user=${pgUser}`,
      'pg1-database=postgres',
      ...(port ? [`pg1-port=${port}`] : []),
      ...(socketFolder ? [`pg1-socket-path=${socketFolder}`] : []),
      '',
    ].join('\n');
    if ((await readFile(this.configFile, 'utf8').catch(() => '')) === text) return;
    await writeFile(`${this.configFile}.new`, text, { mode: 0o600 });
    if (this.user) await chown(`${this.configFile}.new`, this.user.uid, this.user.gid);
    await rename(`${this.configFile}.new`, this.configFile);
  }

  private async makeFolder(folder: string): Promise<void> {
    await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
    const made = await mkdir(folder, { recursive: true, mode: 0o750 });
    if (made !== undefined && this.user) await chown(folder, this.user.uid, this.user.gid);
  }
}
