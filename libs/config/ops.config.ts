import { join, resolve } from 'node:path';
import { z } from 'zod';
import { text } from './env.js';

export const opsSchema = z
  .object({
    DATA_DIR: text(),
    OPS_BACKUP_DIR: text(),
    OPS_REPO2_DIR: text(),
    OPS_PG_DATA: text(),
    OPS_PG_USER: text(),
    OPS_CIPHER_PASS: text(32),
    OPS_TEXTFILE_DIR: text(),
  })
  .superRefine((env, context) => {
    if (env.OPS_PG_DATA !== undefined && env.OPS_CIPHER_PASS === undefined)
      context.addIssue({
        code: 'custom',
        path: ['OPS_CIPHER_PASS'],
        message:
          'is not set beside OPS_PG_DATA. Set it to the output of "openssl rand -base64 48", and keep it apart from the backups',
      });
  })
  .transform((env) => {
    const backupDir = resolve(env.OPS_BACKUP_DIR ?? join(env.DATA_DIR ?? '.data', 'backups'));
    return {
      /** Home of the dumps, the first repository, and what is noted about them. */
      backupDir,
      /** The second repository, which ought to be on another disk. */
      repo2Dir: resolve(env.OPS_REPO2_DIR ?? `${backupDir}/repo2`),
      /** Of the server that pgBackRest backs up; undefined: dumps only. */
      pgData: env.OPS_PG_DATA,
      /** A superuser of that server, who comes in by its socket. */
      pgUser: env.OPS_PG_USER ?? 'postgres',
      cipherPass: env.OPS_CIPHER_PASS,
      textfileDir: env.OPS_TEXTFILE_DIR,
    };
  });
