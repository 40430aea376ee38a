// node scripts/smoke-node.mjs: under the Node that runs this, the built service is ready and stops cleanly on SIGTERM.
import { fail, messageOf } from './lib/project.mjs';
import { LocalService } from '#apps/cli';

try {
  const service = await LocalService.start();
  const { code, signal } = await service.stop();
  if (code !== 0)
    fail(`The service ended with ${signal ?? `code ${code}`} on SIGTERM.\n${service.lastLines}`);
  console.log(`Under Node ${process.version} the service was ready and stopped cleanly.`);
} catch (error) {
  fail(messageOf(error));
}
