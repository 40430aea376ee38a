import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['aibench-source'] },
  ssr: { resolve: { conditions: ['aibench-source'] } },
};
const settings = { setupFiles: ['reflect-metadata'], testTimeout: 90_000, hookTimeout: 90_000 };

export default defineConfig({
  ...shared,
  // The global setup is loaded in an environment of its own.
  environments: { __vitest__: { resolve: { conditions: ['aibench-source', 'node'] } } },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: { ...settings, name: 'units', include: ['libs/**/*.test.ts', 'apps/**/*.test.ts'] },
      },
      {
        ...shared,
        // Files share the service's modules, which take longer to load than most of them to run.
        test: { ...settings, name: 'service', include: ['test/**/*.test.ts'], isolate: false },
      },
    ],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['apps/**/*.ts', 'libs/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/main.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
