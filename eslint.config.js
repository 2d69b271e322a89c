import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The world outside, which a pure function cannot see. */
const OUTSIDE = [
  ...['window', 'self', 'globalThis', 'document', 'navigator', 'location', 'process', 'Promise'],
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'postMessage', 'queueMicrotask'],
  ...['indexedDB', 'localStorage', 'sessionStorage', 'caches', 'setTimeout', 'setInterval'],
  ...['requestAnimationFrame', 'performance', 'crypto', 'console'],
];

export default ts.config(
  {
    ignores: [
      'dist/',
      'public/',
      '.pocket/',
      'reports/',
      'screenshots/',
      'test-results/',
      'playwright-report/',
      'test/canary/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // Text from models and files is data: no way from a string to code or markup.
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'svelte/no-at-html-tags': 'error',
      'no-undef': 'off',
      // Typed arrays are indexed in bounds everywhere; the assertion says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // State is replaced, never changed in place: a plain URL or Date in it is right.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // Pure rooms: what imports cannot show, the browser's own globals, is checked here.
    files: ['src/agents/**/*.ts', 'src/analysis/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...OUTSIDE],
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'Mathematics and agents hold no promises.' },
        { selector: 'AwaitExpression', message: 'Mathematics and agents hold no promises.' },
        { selector: 'ImportExpression', message: 'Mathematics and agents import at the top.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness comes in with a seed.' },
        { object: 'Date', property: 'now', message: 'The same input gives the same numbers.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
);
