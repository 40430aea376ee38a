import eslint from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** From the bottom to the top: a lib imports only libs before it. See docs/adr/0002-order-of-libs.md. */
const LIBS = [
  'common',
  'config',
  'database',
  'queue',
  'coordination',
  'observability',
  'outbound',
  'limits',
  'auth',
  'vault',
  'audit',
  'health',
  'sandbox',
  'scoring',
  'agents',
  'tools',
  'benchmarks',
  'results',
  'webhooks',
  'runs',
  'analytics',
  'reports',
  'maintenance',
];

/** Packages that these folders alone may know. */
const RESERVED = [
  { packages: '^openai(/|$)', only: ['libs/agents/openai'] },
  { packages: '^@anthropic-ai/sdk(/|$)', only: ['libs/agents/anthropic'] },
  { packages: '^@modelcontextprotocol/', only: ['libs/tools/mcp'] },
  { packages: '^((@nestjs/)?bull|@bull-board)(/|$)', only: ['libs/queue'] },
  { packages: '^@opentelemetry/', only: ['libs/observability'] },
  { packages: '^ioredis(/|$)', only: ['libs/queue', 'libs/coordination'] },
];

const OTHER_LIB = `^(\\.\\./)+(libs/)?(${LIBS.join('|')})/`;

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

/** What may not be imported in `files`, where `allowed` packages may. */
const restrictedImports = (files, allowed = []) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['node:vm', 'vm'],
        patterns: [
          // In apps/api the folders have the names of libs.
          {
            regex: files[0].startsWith('libs/') ? OTHER_LIB : '^(\\.\\./)+libs/',
            message: 'Import a lib by #libs/<name>.',
          },
          ...RESERVED.filter(({ packages }) => !allowed.includes(packages)).map(({ packages, only }) => ({
            regex: packages,
            message: `Only ${only.join(' and ')} may know this package.`,
          })),
        ],
      },
    ],
  },
});

const lib = (name) => ({ element: { type: `lib-${name}` } });
const anyOf = (types) => ({ element: { types: { anyOf: types } } });
const allLibs = LIBS.map((name) => `lib-${name}`);

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**', '.data/**', 'apps/cli/api/schema.d.ts'] },
  eslint.configs.recommended,
  {
    // Text never becomes code (docs/adr/0022-content-of-users-is-data.md). Imports of .ts are restricted below.
    files: ['{apps,libs,scripts,migrations,test}/**/*.{ts,js,mjs}'],
    rules: {
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-imports': ['error', { paths: ['node:vm', 'vm'] }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/^(node:)?vm$/]',
          message: 'node:vm is no sandbox. Run code in libs/sandbox.',
        },
        {
          selector: 'NewExpression[callee.name="Worker"] Property[key.name="eval"]',
          message: 'Start a thread from a file.',
        },
        {
          selector: 'Identifier[name=/^(Async|Generator|AsyncGenerator)Function$/]',
          message: 'No code is made of text. Run code in libs/sandbox.',
        },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off', // an async method of a port need not await
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-implied-eval': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'libs/config is the only reader of process.env.' },
      ],
      'max-lines': ['error', 500],
    },
  },
  {
    // The command line is another program than the service, with an environment of its own.
    files: [
      'libs/config/**',
      'apps/cli/{environment,local-service}.ts',
      'test/**',
      '**/*.test.ts',
      '*.config.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/testing/**', 'test/**'],
    rules: {
      // Parsed JSON and answers of a server are what tests look at.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'migrations/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    plugins: { boundaries },
    settings: {
      'import/resolver': {
        typescript: { project: 'tsconfig.json', conditionNames: ['aibench-source', 'import', 'default'] },
      },
      'boundaries/elements': [
        ...LIBS.map((name) => ({ type: `lib-${name}`, pattern: `libs/${name}` })),
        ...['api', 'worker', 'standalone', 'cli', 'dashboard', 'ops'].map((name) => ({
          type: `app-${name}`,
          pattern: `apps/${name}`,
        })),
        { type: 'migrations', pattern: 'migrations' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            { allow: { to: { module: { origin: 'external' } } } },
            { allow: { to: { module: { origin: 'core' } } } },
            ...LIBS.map((name, i) => ({ from: lib(name), allow: { to: anyOf(allLibs.slice(0, i + 1)) } })),
            { from: lib('database'), allow: { to: anyOf(['migrations']) } },
            { from: { element: { type: 'migrations' } }, allow: { to: anyOf(['migrations']) } },
            ...['api', 'worker', 'standalone', 'cli', 'ops'].map((name) => ({
              from: { element: { type: `app-${name}` } },
              allow: { to: anyOf([...allLibs, `app-${name}`]) },
            })),
            // It runs in browsers, and has nothing of the service but the types of the API's document.
            {
              from: { element: { type: 'app-dashboard' } },
              allow: { to: anyOf(['app-dashboard', 'app-cli']) },
            },
            // The standalone service is api and worker in one process.
            {
              from: { element: { type: 'app-standalone' } },
              allow: { to: anyOf(['app-api', 'app-worker']) },
            },
            // Drills start the service on what was restored.
            {
              from: { element: { type: 'app-ops' } },
              allow: { to: anyOf(['app-api', 'app-standalone']) },
            },
          ],
        },
      ],
    },
  },
  ...['libs', 'apps', 'test', 'migrations'].map((top) => restrictedImports([`${top}/**/*.ts`])),
  ...[...new Set(RESERVED.flatMap(({ only }) => only))].map((folder) =>
    restrictedImports(
      [`${folder}/**/*.ts`],
      RESERVED.filter(({ only }) => only.includes(folder)).map(({ packages }) => packages),
    ),
  ),
  restrictedImports(
    TESTS,
    RESERVED.map(({ packages }) => packages),
  ),
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
);
