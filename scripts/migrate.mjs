// DATABASE_URL=… node scripts/migrate.mjs: brings a database to the schema of this release, as built in dist/. A start of the
// service does so too; this is for whoever wants the schema and no service.
import { fail, messageOf } from './lib/project.mjs';
import { migrate } from '#libs/database';

const { DATABASE_URL } = process.env;
if (!DATABASE_URL) fail('DATABASE_URL is not set. Set it to the database to migrate.');
try {
  await migrate(DATABASE_URL);
} catch (error) {
  fail(messageOf(error));
}
