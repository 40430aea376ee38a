// node scripts/ensure-built.mjs: dist/ as `npm run build` makes it, unless it is of these sources already.
import { ensureBuilt } from './lib/ensure-built.mjs';
import { fail, messageOf } from './lib/project.mjs';

try {
  await ensureBuilt();
} catch (error) {
  fail(messageOf(error));
}
