import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { DAY, MaintenanceJob, type Detail } from '../maintenance-job.js';

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}

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
    const { version, dependencies } = createRequire(import.meta.url)('#package') as Manifest;
    return { service: version, node, openssl, v8, postgres, packages: dependencies };
  }
}
