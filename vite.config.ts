import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

/**
 * What all pages share. Charts, their library, statistics, tables, differences, dialogs that act, advice, settings, what reads logs and files, and
 * messages in the corner are loaded by the pages that have some.
 */
const SHELL =
  /\/src\/(?:core\/(?!curves\/|experiment\/advice|files\/|importance\/|settings\/(?:action|reserved)|stats\/|sweep\/|text\/(?:missing|terminal))|web\/(?!pages\/|components\/(?:actions\/(?!(?:use-)?act[a-z-]*(?:buttons|ing)\.)|advice|chart|differences|plain-table|settings|sparkline|toast-list|wait-words)|format\/(?:diff-lines|indent-json|input-words|metric-words|to-yaml|unified-diff)|state\/use-draft))|\/node_modules\/react/;

/** The page of the dashboard: `src/web` → `dist/web`, see docs/decisions/015-dashboard-page.md. */
const config: UserConfig = defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  // It works behind any prefix.
  base: './',
  // Asked for no other host, and no source maps: they would be larger than the rest.
  build: {
    outDir: process.env['SHEAF_WEB_FOLDER'] ?? join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: ['chrome120', 'firefox121', 'safari17'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Few files: one script for what is around all pages, one for each page, and one file of all styles.
    cssCodeSplit: false,
    reportCompressedSize: false,
    license: { fileName: 'LICENSES.txt' },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'shell', test: SHELL }] },
      },
      onLog: (level, log, report) => {
        // Of libraries that also run on servers, which this page has none of.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic' } },
  logLevel: 'warn',
});

export default config;
