// node test/support/run-typescript.mjs <module> [argument …]
// Runs a TypeScript module of this repository in a process of its own, for tests that kill it.
import { resolve } from 'node:path';
import { createViteServer } from 'vitest/node';

const [, , module, ...args] = process.argv;
process.argv = [process.argv[0], module, ...args];
const vite = await createViteServer({
  configFile: false,
  logLevel: 'error',
  root: resolve(import.meta.dirname, '../..'),
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
  ssr: { resolve: { conditions: ['aibench-source'] } },
});
await vite.ssrLoadModule(resolve(module));
