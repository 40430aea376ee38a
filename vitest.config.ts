import { defineConfig } from 'vitest/config';

const ALONE = [
  // It mocks modules, which would stay so for the files after it.
  'libs/scoring/code/sandbox-failures.test.ts',
  // In a process that served other tests before, members of the description come in another order.
  'test/e2e/openapi.test.ts',
];

const resolve = { conditions: ['aibench-source'] };
const project = {
  resolve,
  ssr: { resolve },
  // The global setup is loaded in an environment of its own.
  environments: { __vitest__: { resolve: { conditions: ['aibench-source', 'node'] } } },
};
const test = { setupFiles: ['reflect-metadata'], testTimeout: 90_000, hookTimeout: 90_000 };

export default defineConfig({
  ...project,
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    // Where files share a process, it loads a module once and not for each of them: half the time of all of them.
    projects: [
      {
        ...project,
        test: {
          ...test,
          name: 'modules',
          include: ['libs/**/*.test.ts', 'apps/**/*.test.ts'],
          exclude: ALONE,
          isolate: false,
        },
      },
      {
        ...project,
        test: {
          ...test,
          name: 'e2e',
          include: ['test/{e2e,security}/**/*.test.ts'],
          exclude: ALONE,
          isolate: false,
        },
      },
      {
        ...project,
        test: {
          ...test,
          name: 'apart',
          include: ['test/!(e2e|security)/**/*.test.ts', ...ALONE],
        },
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
