import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What each floor may import. The floors and kinds are the `nx.tags` of every package.json. */
const FLOORS = [
  { sourceTag: 'floor:0', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'floor:1', onlyDependOnLibsWithTags: ['floor:0', 'kind:core'] },
  { sourceTag: 'kind:client', onlyDependOnLibsWithTags: ['floor:0'] },
  // Stages and adapters never import each other, nor one adapter another.
  { sourceTag: 'floor:2', onlyDependOnLibsWithTags: ['floor:0', 'floor:1'] },
  { sourceTag: 'floor:3', onlyDependOnLibsWithTags: ['floor:0', 'floor:1', 'kind:ground'] },
  // What several adapters stand on: no adapter itself, and it stands on none.
  { sourceTag: 'kind:ground', onlyDependOnLibsWithTags: ['floor:0', 'floor:1'] },
  { sourceTag: 'floor:4', onlyDependOnLibsWithTags: ['floor:0', 'floor:1', 'floor:2', 'floor:3', 'floor:4'] },
  { sourceTag: 'kind:app', onlyDependOnLibsWithTags: ['floor:0', 'floor:1', 'floor:2', 'floor:3'] },
  { sourceTag: 'kind:testing', onlyDependOnLibsWithTags: ['floor:0', 'floor:1', 'floor:2', 'floor:3'] },
  // The demo is a client like any other: what it does, every user can do.
  { sourceTag: 'kind:demo', onlyDependOnLibsWithTags: ['kind:client'] },
];

const TESTED = [
  ...['contracts', 'models', 'pipeline', 'config', 'stages', 'client'],
  ...[
    'queue',
    'rate-limits',
    'records',
    'artifacts',
    'engines',
    'media',
    'local-services',
    'webhooks',
    'telemetry',
    'outbound',
    'programs',
  ],
];

const TESTS = ['**/*.test.ts', '**/*.testing.ts', 'test/**/*.ts', 'vitest.config.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.data/**', 'scratch/**', 'test-results/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint.plugin, '@nx': nx },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-control-regex': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/^\\./]',
          message: 'The build does not rewrite .ts in a dynamic import: import our own files at the top.',
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, in main.ts, and passed on.' },
      ],
    },
  },
  {
    files: ['{apps,libs,tools}/**/*.ts'],
    ignores: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          enforceBuildableLibDependency: false,
          // Tests of adapters use libs/testing, which drives adapters.
          ignoredCircularDependencies: TESTED.map((name) => ['@intermodal/testing', `@intermodal/${name}`]),
          depConstraints: FLOORS,
        },
      ],
    },
  },
  // `main` is where the environment is read; tests stand in for it.
  { files: ['**/main.ts', ...TESTS], rules: { 'no-restricted-properties': 'off' } },
  {
    files: [...TESTS, 'tools/*/src/main.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      'no-console': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  prettier,
);
