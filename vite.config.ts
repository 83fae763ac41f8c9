import { join } from 'node:path';
import { defineConfig, type UserConfig, type UserConfigFnObject } from 'vite';

/**
 * What all pages share. Charts, their library, statistics, tables, differences, dialogs that act, advice, settings, what reads logs and files, and
 * messages in the corner are loaded by the pages that have some.
 */
const SHELL =
  /\/src\/(?:core\/(?!curves\/|experiment\/advice|files\/|importance\/|settings\/(?:action|reserved)|stats\/|sweep\/|text\/(?:missing|terminal))|web\/(?!pages\/|components\/(?:actions\/(?!(?:use-)?act[a-z-]*(?:buttons|ing)\.)|advice|chart|differences|plain-table|settings|sparkline|toast-list|wait-words)|format\/(?:diff-lines|indent-json|input-words|metric-words|to-yaml|unified-diff)|state\/use-draft))|\/node_modules\/react/;

/** Small parts that several pages have, but not the list of experiments: one file, which is smaller than a dozen of them. */
const PARTS =
  /\/src\/(?:core\/(?:curves\/|stats\/format-summary|text\/missing-words)|web\/(?:components\/(?:plain-table|settings|sparkline|wait-words|charts\/swatch|chart-panels\/(?:chart-settings|metric-sections))|format\/(?:input-words|metric-words)|state\/use-draft))/;

const root: string = join(import.meta.dirname, 'src/web');
const outDir: string = process.env['SHEAF_WEB_FOLDER'] ?? join(import.meta.dirname, 'dist/web');
const target: string[] = ['chrome120', 'firefox121', 'safari17'];
const jsx = { jsx: { runtime: 'automatic' } } as const;

/** The page of the dashboard: `src/web` → `dist/web`, see docs/decisions/015-dashboard-page.md. */
const page: UserConfig = {
  root,
  // It works behind any prefix.
  base: './',
  // Asked for no other host, and no source maps: they would be larger than the rest.
  build: {
    outDir,
    emptyOutDir: true,
    target,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Few files: one script for what is around all pages, one for each page, and one file of all styles.
    cssCodeSplit: false,
    reportCompressedSize: false,
    license: { fileName: 'LICENSES.txt' },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'shell', test: SHELL, priority: 1 },
            { name: 'parts', test: PARTS },
          ],
        },
      },
      onLog: (level, log, report) => {
        // Of libraries that also run on servers, which this page has none of.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  oxc: jsx,
  logLevel: 'warn',
};

/** What `sheaf export report.html` writes into its file: one script and one file of styles, in `dist/web` beside the page. */
const report: UserConfig = {
  root,
  build: {
    outDir,
    emptyOutDir: false,
    target,
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    license: { fileName: 'report-licenses.txt' },
    rolldownOptions: {
      input: join(root, 'report/main.tsx'),
      output: {
        format: 'iife',
        codeSplitting: false,
        entryFileNames: 'report.js',
        assetFileNames: 'report.[ext]',
      },
    },
  },
  oxc: jsx,
  logLevel: 'warn',
};

/** `vite build` makes the page, `vite build --mode report` the report. */
const config: UserConfigFnObject = defineConfig(({ mode }) => (mode === 'report' ? report : page));

export default config;
