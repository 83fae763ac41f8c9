import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import manifest from './package.json' with { type: 'json' };
import type { OutputOptions, Plugin, RolldownOptions } from 'rolldown';

/** The lowest Node that package.json promises to run on, as `node22.13`. */
const LOWEST_NODE: string = manifest.engines.node.replace('>=', 'node');

const src: string = join(import.meta.dirname, 'src');

/** Where to build to: scripts/build.ts builds beside `dist` and then swaps. */
const folder = process.env['SHEAF_BUILD_FOLDER'] ?? 'dist';

/** The folder below it for this build, see docs/decisions/011-chunks-and-builds.md. */
const build = process.env['SHEAF_BUILD_NAME'] ?? 'build';

/**
 * Whether to build the command for a package that has its own Node, see docs/decisions/012-packages.md: the libraries for
 * figures are inside.
 */
const packed: boolean = process.env['SHEAF_BUILD_PACKED'] !== undefined;

/** Loads a builtin of Node when a module that uses it is evaluated, and reads only the functions that it uses. */
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

/** `import { a, type B } from '../store/index.ts';` */
const STATIC_IMPORT = /^import \{([^{}]*)\} from '([^']+\/index\.ts)';$/gm;
/** `{ a, b: c } = await import('../store/index.ts')` */
const DYNAMIC_IMPORT = /\{([^{}]*)\} =\s+await import\('([^']+\/index\.ts)'\)/g;
/** `export { a, type B } from './writer.ts';` */
const REEXPORT = /^export \{([^{}]*)\} from '([^']+)';$/gm;

/**
 * Imports a name from the file that defines it instead of from the index of its module. An index is a border for people;
 * with it, a command that uses one of its names would load the files of all others.
 */
const throughIndexes: Plugin = {
  name: 'through-indexes',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: /\/index\.ts'/ },
    handler: (code, id) => {
      const origins = (names: string, index: string): Origin[] =>
        namesIn(names).map((name) => originOf(name, join(dirname(id), index)));
      return code
        .replace(STATIC_IMPORT, (_, names: string, index: string) =>
          origins(names, index)
            .map(({ path, name, local }) => `import { ${name} as ${local} } from '${path}';`)
            .join(' '),
        )
        .replace(DYNAMIC_IMPORT, (_, names: string, index: string) =>
          origins(names, index)
            .map(({ path, name, local }) => `{ ${name}: ${local} } = await import('${path}')`)
            .join(', '),
        );
    },
  },
};

/** A name in an import: what it is called where it comes from, and here. */
interface Imported {
  readonly name: string;
  readonly local: string;
}

interface Origin extends Imported {
  readonly path: string;
}

/** The names between the braces of an import or export, without the types. */
function namesIn(list: string): Imported[] {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('type '))
    .map((text) => {
      const [name = '', local = name] = text.split(/ as |: /);
      return { name, local };
    });
}

function originOf({ name, local }: Imported, path: string): Origin {
  for (const [, names = '', source = ''] of readFileSync(path, 'utf8').matchAll(REEXPORT)) {
    const found = namesIn(names).find((exported) => exported.local === name);
    if (found !== undefined) return originOf({ name: found.name, local }, join(dirname(path), source));
  }
  return { name, local, path };
}

/** A CommonJS file knows its own name, and finds packages, by other words. */
const commonjsWords: Plugin = {
  name: 'commonjs-words',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: 'import.meta' },
    handler: (code, id) =>
      code
        .replaceAll('import.meta.dirname', `(__dirname + ${JSON.stringify(`/../${relative(src, dirname(id))}`)})`)
        .replaceAll('import.meta.filename', '__filename')
        .replaceAll(
          /import\.meta\.resolve\((\w+)\)/g,
          "process.getBuiltinModule('node:url').pathToFileURL(require.resolve($1)).href",
        ),
  },
};

/** The drawing library is an ES module of its own, which the CommonJS files may not hold since it awaits. */
const vegaBeside: Plugin = {
  name: 'vega-beside',
  resolveId: (source) => (source.endsWith('/vega.ts') ? { id: './vega.js', external: true } : undefined),
};

/** The starter loads the rest from the folder of its build. */
const runBeside: Plugin = {
  name: 'run-beside',
  resolveId: (source) => (source === './run.ts' ? { id: `./${build}/run.cjs`, external: true } : undefined),
};

function built(input: string, plugins: Plugin[], output: OutputOptions): RolldownOptions {
  return {
    input: join(src, input),
    platform: 'node',
    // Large, and seldom wanted: read from where they are installed.
    external: packed ? [] : ['pdfkit', 'svg-to-pdfkit', '@resvg/resvg-wasm'],
    logLevel: 'warn',
    resolve: {
      alias: {
        // The ES modules of `yaml` start in half the time of the CommonJS ones that Node would choose.
        yaml: join(import.meta.dirname, 'node_modules/yaml/browser/index.js'),
        ...(packed ? { 'vega-canvas': vegaCanvas } : {}),
      },
    },
    plugins,
    transform: { target: LOWEST_NODE },
    output: {
      dir: folder,
      // Small, since every start reads it; with its names, so that a stack trace can be read.
      minify: { compress: { target: LOWEST_NODE }, mangle: true, codegen: true },
      keepNames: true,
      comments: false,
      ...output,
    },
  };
}

/** Vega's own for browsers: the one for Node awaits a package that draws, which sheaf does not use. */
const vegaCanvas: string = join(import.meta.dirname, 'node_modules/vega-canvas/build/vega-canvas.browser.js');

const ofCommand: Plugin[] = [throughIndexes, commonjsWords, ...(packed ? [] : [vegaBeside]), lazyBuiltins];

/** A starter of a few lines, which answers `--version` alone, the files of the command, and the drawing library. */
const config: RolldownOptions[] = [
  // Node starts CommonJS files in a third of the time that ES modules take.
  built('cli/main.ts', [runBeside, ...ofCommand], {
    format: 'cjs',
    entryFileNames: 'cli.cjs',
    dynamicImportInCjs: false,
  }),
  {
    ...built('cli/run.ts', ofCommand, {
      format: 'cjs',
      entryFileNames: `${build}/run.cjs`,
      chunkFileNames: `${build}/[name].cjs`,
      codeSplitting: {
        groups: [
          // What every start needs and what most commands say: one file instead of many small ones.
          { name: 'start', test: /cli\/(?:help|registry|flags\/|shell\/|views\/groups-view)/, priority: 3 },
          // What most commands share without a project: their helps load it alone.
          { name: 'core', test: /\/src\/core\//, minShareCount: 16, priority: 2 },
          { name: 'project', test: /app\/manager\.ts$/, priority: 1 },
        ],
      },
    }),
    // Vega registers what it can do when it is loaded.
    treeshake: { moduleSideEffects: (id) => id.includes('/node_modules/vega') },
  },
  ...(packed
    ? []
    : [built('report/plot/vega.ts', [], { format: 'esm', entryFileNames: `${build}/vega.js`, codeSplitting: false })]),
];

export default config;
