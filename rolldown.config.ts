import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import manifest from './package.json' with { type: 'json' };
import type { Plugin, RolldownOptions } from 'rolldown';

/** The lowest Node that package.json promises to run on, as `node22.13`. */
const LOWEST_NODE: string = manifest.engines.node.replace('>=', 'node');

const src: string = join(import.meta.dirname, 'src');

/**
 * Loads a builtin of Node where the module that names it is evaluated.
 *
 * An `import` of a builtin would be hoisted to the top of the one file: every command would pay for the builtins of
 * all others, and for the getters that an `import` of `node:fs` reads.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  resolveId: (source) => {
    const name = source.replace(/^node:/, '');
    return source.startsWith('node:') || builtinModules.includes(name) ? `\0node:${name}` : undefined;
  },
  load: async (id) => {
    if (!id.startsWith('\0node:')) return undefined;
    const name = id.slice(1);
    const builtin: object = await import(name);
    const exported = Object.keys(builtin).filter((key) => key !== 'default' && key !== 'module.exports');
    const lines = exported.map((key) => `export const ${key} = /* @__PURE__ */ (() => builtin.${key})();`);
    const load = `const builtin = process.getBuiltinModule('${name}');\nexport default builtin;`;
    return { code: [load, ...lines].join('\n'), moduleSideEffects: false };
  },
};

/**
 * Keeps `import.meta.dirname` true: in the one file it would be `dist`, for a module of `src/template` it is
 * `dist/template`, where the build puts the files that lie beside that module.
 */
const ownFolders: Plugin = {
  name: 'own-folders',
  transform: {
    filter: { id: /\.ts$/, code: 'import.meta.dirname' },
    handler: (code, id) => {
      const folder = relative(src, dirname(id));
      return code.replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${folder}`)})`);
    },
  },
};

/** The starter names the one file by its place in `dist`. */
const bundleBeside: Plugin = {
  name: 'bundle-beside',
  resolveId: (source) => (source === './run.ts' ? { id: './sheaf.js', external: true } : undefined),
};

/** The drawing library is a file of its own, which loads in a third of the time that its 60 packages take. */
const vegaBeside: Plugin = {
  name: 'vega-beside',
  resolveId: (source) => (source === './vega.ts' ? { id: './vega.js', external: true } : undefined),
};

/** Where to build to: scripts/build.ts builds beside `dist` and then swaps. */
const folder = process.env['SHEAF_BUILD_FOLDER'] ?? 'dist';

function built(input: string, file: string, plugins: readonly Plugin[]): RolldownOptions {
  return {
    input: join(src, input),
    platform: 'node',
    // Large, and seldom wanted: read from where they are installed.
    external: ['hyparquet', 'hyparquet-writer', 'pdfkit', 'svg-to-pdfkit', '@resvg/resvg-wasm'],
    logLevel: 'warn',
    // The ES modules of `yaml` start in half the time of the CommonJS ones that Node would choose.
    resolve: { alias: { yaml: join(import.meta.dirname, 'node_modules/yaml/browser/index.js') } },
    plugins: [...plugins],
    transform: { target: LOWEST_NODE },
    output: {
      file: join(folder, file),
      format: 'esm',
      // One file, in which what `await import()` names is evaluated only then.
      codeSplitting: false,
      // Small, since every start reads all of it; with its names, so that a stack trace can be read.
      minify: { compress: { target: LOWEST_NODE }, mangle: true, codegen: true },
      keepNames: true,
      comments: false,
    },
  };
}

/** A starter of a few lines, which answers `--version` alone, the one file with everything else, and the drawing library. */
const config: RolldownOptions[] = [
  built('cli/main.ts', 'cli.js', [bundleBeside, lazyBuiltins, ownFolders]),
  built('cli/run.ts', 'sheaf.js', [vegaBeside, lazyBuiltins, ownFolders]),
  built('report/plot/vega.ts', 'vega.js', []),
];

export default config;
