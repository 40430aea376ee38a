import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { DAY, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** Above `libs/maintenance/jobs` or `dist/libs/maintenance/jobs`. */
const MANIFESTS = ['../../../package.json', '../../../../package.json'];

@Injectable()
export class Dependencies extends MaintenanceJob {
  readonly name = 'dependencies';
  readonly description = 'Notes which versions of Node, Postgres and packages the service runs on.';
  readonly everySeconds = DAY;

  async run(sql: QueryRunner): Promise<Detail> {
    const [{ postgres }] = (await sql.query(`SELECT current_setting('server_version') AS postgres`)) as [
      { postgres: string },
    ];
    const { node, openssl, v8 } = process.versions;
    const { version, dependencies } = await manifest();
    return { service: version, node, openssl, v8, postgres, packages: dependencies };
  }
}

async function manifest(): Promise<{ version: string; dependencies: Record<string, string> }> {
  for (const path of MANIFESTS) {
    const text = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as Awaited<ReturnType<typeof manifest>>;
  }
  throw new Error(`There is no package.json above ${import.meta.dirname}.`);
}
