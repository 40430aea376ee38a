// npm run ops -- backup|verify|restore|drill|status: installs and builds what is missing, and of Debian's packages what
// root may install; then becomes the operator's command line.
import { ensureBuilt } from './lib/ensure-built.mjs';
import { findProgram, installPackage } from './lib/ensure-debian.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
  if (process.argv[2] === 'drill') {
    await import('reflect-metadata');
    const { drillTakesServer } = await import('#apps/ops');
    if (await drillTakesServer()) {
      if (!findProgram('pgbackrest')) await installPackage('pgbackrest');
      if (!findProgram('pg_lsclusters')) await installPackage('postgresql');
    }
  }
} catch (error) {
  fail(messageOf(error));
}
await import('../dist/apps/ops/main.js');
