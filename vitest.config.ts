import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['aibench-source'] },
  ssr: { resolve: { conditions: ['aibench-source'] } },
  // The global setup is loaded in an environment of its own.
  environments: { __vitest__: { resolve: { conditions: ['aibench-source', 'node'] } } },
  test: {
    include: ['libs/**/*.test.ts', 'apps/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['reflect-metadata'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['apps/**/*.ts', 'libs/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/main.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
