import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARROWS } from '../scripts/arrows.ts';

const root: string = join(import.meta.dirname, '..');

interface Finding {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
}

interface Linted {
  readonly status: number | null;
  readonly files: number;
  readonly findings: readonly Finding[];
}

type Tree = Readonly<Record<string, string>>;

function lint(folder: string): Linted {
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const { status, stdout, stderr } = spawnSync(oxlint, ['--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  expect(stderr).toBe('');
  const output = JSON.parse(stdout) as { diagnostics: Finding[]; number_of_files: number };
  return { status, files: output.number_of_files, findings: output.diagnostics };
}

const COPIED: readonly string[] = [
  '.oxlintrc.json',
  'tsconfig.json',
  'package.json',
  'scripts/lint-clock.ts',
  'scripts/lint-arrows.ts',
  'scripts/arrows.ts',
];

/** A copy of the linter's configuration, around source files of its own. */
function plant(files: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-architecture-'));
  for (const path of COPIED) {
    cpSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const uses = (source: string, name: string): string =>
  `import { ${name} } from '${source}';\n\nexport const used: unknown = ${name};\n`;
const usesAll = (source: string): string => `import * as all from '${source}';\n\nexport const used: unknown = all;\n`;
const usesLate = (source: string): string => `export const late: Promise<unknown> = import('${source}');\n`;

/** Which modules each module may import, as ARCHITECTURE.md has it. */
const MIDDLE: readonly string[] = ['template', 'store', 'scheduler', 'provenance', 'harvest', 'report', 'integrations'];
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map([
  ['core', []],
  ['system', ['core']],
  ...MIDDLE.map((module): [string, string[]] => [module, ['core', 'system']]),
  ['advisor', ['core']],
  ['app', ['core', 'system', 'advisor', ...MIDDLE]],
  ['json', ['core', 'app']],
  ['server', ['core', 'system', 'app', 'json']],
  ['mcp', ['core', 'app', 'json']],
  ['cli', ['core', 'app', 'json', 'server', 'mcp']],
  ['web', ['core']],
]);
const MODULES: readonly string[] = [...MAY_IMPORT.keys()];

/** Each module has an `index.ts` and a file behind it. */
const FACES: Tree = Object.fromEntries(
  MODULES.flatMap((module) => [
    [`src/${module}/index.ts`, `export { ${module} } from './inner.ts';\nexport type { Thing } from './inner.ts';\n`],
    [`src/${module}/inner.ts`, `export const ${module}: number = 1;\nexport type Thing = number;\n`],
  ]),
);

interface Step {
  readonly from: string;
  readonly to: string;
  /** The importing file. */
  readonly path: string;
}

/** Every import from one module of a file of another, legal or not. */
const stepsThrough = (file: string): readonly Step[] =>
  MODULES.flatMap((from) =>
    MODULES.filter((to) => to !== from).map((to) => ({ from, to, path: `src/${from}/to-${to}-${file}` })),
  );
const OF_FACES: readonly Step[] = stepsThrough('index.ts');
const BEHIND_FACES: readonly Step[] = stepsThrough('inner.ts');

/** Every import between two folders of one module, and from a folder that `scripts/arrows.ts` lacks. */
const BETWEEN_FOLDERS: readonly (Step & { readonly module: string })[] = Object.entries(ARROWS).flatMap(
  ([module, arrows]) => {
    const parts = Object.keys(arrows).filter((part) => part !== '.');
    return [...parts, 'attic'].flatMap((from) =>
      parts
        .filter((to) => to !== from)
        .map((to) => ({ module, from, to, path: `src/${module}/${from}/to-${to.replaceAll('/', '-')}.ts` })),
    );
  },
);

const FOLDERS: Tree = Object.fromEntries(
  Object.entries(ARROWS).flatMap(([module, arrows]) =>
    Object.keys(arrows).map((part) => [join('src', module, part, 'thing.ts'), 'export const thing: number = 1;\n']),
  ),
);

const VIOLATIONS: Readonly<Record<string, Tree>> = {
  'boundaries(dependencies)': {
    'src/app/passing-on.ts': "export * from '../store/inner.ts';\n",
    'src/app/late.ts': usesLate('../store/inner.ts'),
    'src/cli/late.ts': usesLate('../store/index.ts'),
    'src/store/only-a-type.ts':
      "import type { Thing } from '../scheduler/index.ts';\n\nexport const thing: Thing = 1;\n",
    'src/app/outside-src.ts': "export * from '../../scripts/lint-clock.ts';\n",
    'src/app/no-module.ts': uses('../attic/lost.ts', 'lost'),
    'src/store/late-spawn.ts': usesLate('node:child_process'),
    'src/store/no-scheme.ts': usesAll('fs'),
    ...Object.fromEntries(
      MODULES.filter((module) => module !== 'system').map((module) => [
        `src/${module}/spawn.ts`,
        usesAll('node:child_process'),
      ]),
    ),
    ...Object.fromEntries(
      ['fs', 'fs/promises', 'os', 'net', 'timers/promises', 'worker_threads', 'vm'].map((builtin, index) => [
        `src/app/builtin-${index}.ts`,
        usesAll(`node:${builtin}`),
      ]),
    ),
    ...Object.fromEntries(
      ['path', 'util', 'crypto'].map((builtin) => [`src/core/${builtin}.ts`, usesAll(`node:${builtin}`)]),
    ),
    ...Object.fromEntries(
      MODULES.filter((module) => module !== 'store').map((module) => [
        `src/${module}/sqlite.ts`,
        usesAll('node:sqlite'),
      ]),
    ),
    'src/store/package.ts': usesAll('yaml'),
    'src/scheduler/package.ts': usesAll('yaml'),
    'src/app/package.ts': usesAll('yaml'),
    'src/report/package.ts': usesAll('yaml'),
    'src/core/package.ts': usesAll('yaml'),
    'src/cli/package.ts': usesAll('yaml'),
  },
  'boundaries(no-unknown-files)': { 'src/attic/lost.ts': 'export const lost: number = 1;\n' },
  'eslint(no-restricted-imports)': {
    'src/app/a-test.ts': "import '../store/free.test.ts';\n",
    'src/index.ts': "export { store } from './store/index.ts';\n",
  },
  'sheaf(no-clock)': Object.fromEntries(
    ['Date.now()', 'new Date()', 'Date()', '[0].map(Date.now)'].map((clock, index) => [
      `src/app/clock-${index}.ts`,
      `export const now: unknown = ${clock};\n`,
    ]),
  ),
  'eslint(no-restricted-globals)': {
    'src/core/environment.ts': 'export const home: string | undefined = process.env.HOME;\n',
  },
  'eslint(no-restricted-properties)': { 'src/core/chance.ts': 'export const chance: number = Math.random();\n' },
  'import(no-cycle)': {
    'src/store/cycle-a.ts': "import { b } from './cycle-b.ts';\n\nexport const a = (): number => b();\n",
    'src/store/cycle-b.ts': "import { a } from './cycle-a.ts';\n\nexport const b = (): number => a();\n",
    'src/store/type-cycle-a.ts': "import type { B } from './type-cycle-b.ts';\n\nexport type A = B | 1;\n",
    'src/store/type-cycle-b.ts': "import type { A } from './type-cycle-a.ts';\n\nexport type B = readonly A[];\n",
  },
  'typescript(no-floating-promises)': {
    'src/app/floating.ts':
      'const work = async (): Promise<void> => {};\n\nexport const start = (): void => {\n  work();\n};\n',
  },
  'typescript(switch-exhaustiveness-check)': {
    'src/app/switch.ts':
      "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
  },
  'typescript(no-explicit-any)': { 'src/app/any.ts': 'export const anything: any = 1;\n' },
  'typescript(ban-ts-comment)': { 'src/app/ignore.ts': '// @ts-ignore\nexport const wrong: number = 1;\n' },
  'vitest(expect-expect)': {
    'src/app/empty.test.ts': "import { test } from 'vitest';\n\ntest('nothing', () => {});\n",
  },
  'vitest(no-focused-tests)': {
    'src/app/only.test.ts': "import { expect, test } from 'vitest';\n\ntest.only('one', () => expect(1).toBe(1));\n",
  },
};

const LEGAL: Tree = {
  'src/system/free.ts': `${usesAll('node:fs')}export const now: unknown = [Date.now(), new Date()];\n`,
  'src/system/spawn.ts': usesAll('node:child_process'),
  'src/store/sqlite.ts': usesAll('node:sqlite'),
  'src/store/path.ts': usesAll('node:path'),
  'src/store/date.ts': 'export const day: Date = new Date(0);\n',
  'src/cli/process.ts': usesAll('node:process'),
  'src/cli/readline.ts': usesAll('node:readline'),
  'src/cli/util.ts': usesAll('node:util'),
  'src/cli/shell/version.ts':
    "import manifest from '../../../package.json' with { type: 'json' };\n\nexport const version: string = manifest.version;\n",
  'src/template/package.ts': usesAll('yaml'),
  'src/web/type.ts': "import type { Thing } from '../server/index.ts';\n\nexport const thing: Thing = 1;\n",
  'src/store/free.test.ts':
    "import { writeFileSync } from 'node:fs';\nimport { expect, test } from 'vitest';\nimport { scheduler } from '../scheduler/inner.ts';\n\ntest('tests are free', () => expect([writeFileSync, scheduler, Date.now()]).toHaveLength(3));\n",
};

describe('the linter', () => {
  let folder: string;
  let linted: Linted;

  beforeAll(() => {
    folder = plant({
      ...FACES,
      ...LEGAL,
      ...Object.fromEntries(OF_FACES.map(({ to, path }) => [path, uses(`../${to}/index.ts`, to)])),
      ...Object.fromEntries(BEHIND_FACES.map(({ to, path }) => [path, uses(`../${to}/inner.ts`, to)])),
      ...FOLDERS,
      ...Object.fromEntries(
        BETWEEN_FOLDERS.map(({ module, to, path }) => [
          path,
          uses(relative(dirname(path), `src/${module}/${to}/thing.ts`).replace(/^(?!\.)/, './'), 'thing'),
        ]),
      ),
      ...Object.assign({}, ...Object.values(VIOLATIONS)),
    });
    linted = lint(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inFile = (path: string): readonly Finding[] => linted.findings.filter(({ filename }) => filename === path);
  const importedFrom = (module: string, steps: readonly Step[]): readonly string[] => {
    const legal = steps.filter(({ from, path }) => from === module && inFile(path).length === 0);
    return legal.map(({ to }) => to).toSorted();
  };

  test.each(MODULES)('lets %s import the modules that the architecture allows, and no other', (module) => {
    expect(importedFrom(module, OF_FACES)).toEqual(MAY_IMPORT.get(module)?.toSorted());
  });

  test.each(MODULES)('lets %s import past the index.ts of no module but core', (module) => {
    expect(importedFrom(module, BEHIND_FACES)).toEqual(module === 'core' ? [] : ['core']);
  });

  test.each(Object.entries(ARROWS))(
    'lets the folders of %s import each other as scripts/arrows.ts says',
    (module, arrows) => {
      const steps = BETWEEN_FOLDERS.filter((step) => step.module === module);
      const isFound = ({ path }: Step): boolean => inFile(path).some(({ code }) => code === 'sheaf-arrows(arrows)');
      const legal = steps.filter((step) => !isFound(step)).map(({ from, to }) => `${from} → ${to}`);
      const said = steps.filter(({ from, to }) => arrows[from]?.includes(to)).map(({ from, to }) => `${from} → ${to}`);
      expect(legal).toEqual(said);
    },
  );

  test.each(Object.entries(VIOLATIONS))('finds every planted violation of %s', (code, files) => {
    const missed = Object.keys(files).filter((path) => !inFile(path).some((finding) => finding.code === code));
    expect(missed).toEqual([]);
  });

  test.each(Object.keys(LEGAL))('finds nothing in %s, which keeps the rules', (path) => {
    expect(inFile(path)).toEqual([]);
  });

  test('fails when it finds something', () => {
    expect(linted.status).toBe(1);
  });

  test('says who may not import what, and where that is written', () => {
    expect(inFile('src/cli/spawn.ts').map(({ message }) => message)).toEqual([
      '"cli" may not import "node:child_process" (ARCHITECTURE.md, Modules).',
    ]);
  });
});

describe('this source tree', () => {
  const sources = globSync(['{src,test,bench,scripts}/**/*.{ts,tsx}', '*.ts'], { cwd: root });

  test('keeps every rule, and all of it is read', () => {
    const { status, files, findings } = lint(root);
    expect(findings.map(({ filename, code, message }) => `${filename}: ${code}: ${message}`)).toEqual([]);
    expect(status).toBe(0);
    expect(files).toBeGreaterThanOrEqual(sources.length);
  }, 180_000);

  test('has no folder in src that is not a module', () => {
    const folders = globSync('src/*/', { cwd: root }).map((path) => path.slice('src/'.length));
    expect(folders).toContain('core');
    expect(MODULES).toEqual(expect.arrayContaining(folders));
  });

  test('has arrows between the folders of a module in one direction only', () => {
    for (const [module, arrows] of Object.entries(ARROWS)) {
      const parts = Object.keys(arrows);
      const later = parts.filter((part, i) => arrows[part]?.some((to) => to !== '.' && parts.indexOf(to) >= i));
      expect([module, later]).toEqual([module, []]);
    }
  });

  test('has at most 25 source files in each folder of src', () => {
    const folders = Map.groupBy(
      sources.filter((path) => path.startsWith('src/') && !path.endsWith('.test.ts')),
      (path) => dirname(path),
    );
    const large = [...folders].filter(([, paths]) => paths.length > 25).map(([folder, { length }]) => [folder, length]);
    expect(folders.size).toBeGreaterThan(50);
    expect(large).toEqual([]);
  });

  test('silences no check', () => {
    const silencer = new RegExp(['oxlint', 'eslint'].map((linter) => `${linter}-disable`).join('|'));
    const silenced = sources.filter((path) => silencer.test(readFileSync(join(root, path), 'utf8')));
    expect(sources.length).toBeGreaterThan(0);
    expect(silenced).toEqual([]);
  });
});
