import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

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
  const { status, stdout, stderr } = spawnSync(oxlint, ['--format', 'json'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  const output = JSON.parse(stdout) as { diagnostics: Finding[]; number_of_files: number };
  return { status, files: output.number_of_files, findings: output.diagnostics };
}

/** A copy of what the linter is told, around source files of its own. */
function plant(files: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-architecture-'));
  for (const path of ['.oxlintrc.json', 'tsconfig.json', 'package.json', 'scripts/lint-clock.ts']) {
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

/** Who may call whom, as ARCHITECTURE.md says it. */
const MIDDLE: readonly string[] = ['template', 'store', 'scheduler', 'provenance', 'harvest', 'report', 'integrations'];
const MAY_ENTER: ReadonlyMap<string, readonly string[]> = new Map([
  ['core', []],
  ['system', ['core']],
  ...MIDDLE.map((room): [string, string[]] => [room, ['core', 'system']]),
  ['advisor', ['core']],
  ['app', ['core', 'system', 'advisor', ...MIDDLE]],
  ['server', ['core', 'app']],
  ['cli', ['core', 'app', 'server']],
  ['web', ['core']],
]);
const ROOMS: readonly string[] = [...MAY_ENTER.keys()];

/** Each room has a door and something behind it. */
const DOORS: Tree = Object.fromEntries(
  ROOMS.flatMap((room) => [
    [`src/${room}/index.ts`, `export { ${room} } from './inner.ts';\nexport type { Thing } from './inner.ts';\n`],
    [`src/${room}/inner.ts`, `export const ${room}: number = 1;\nexport type Thing = number;\n`],
  ]),
);

interface Step {
  readonly from: string;
  readonly to: string;
  /** The file that takes it. */
  readonly path: string;
}

/** Every step from one room through a file of another, legal or not. */
const stepsThrough = (file: string): readonly Step[] =>
  ROOMS.flatMap((from) =>
    ROOMS.filter((to) => to !== from).map((to) => ({ from, to, path: `src/${from}/to-${to}-${file}` })),
  );
const THROUGH_THE_DOOR: readonly Step[] = stepsThrough('index.ts');
const BEHIND_THE_DOOR: readonly Step[] = stepsThrough('inner.ts');

const VIOLATIONS: Readonly<Record<string, Tree>> = {
  'boundaries(dependencies)': {
    'src/app/passing-on.ts': "export * from '../store/inner.ts';\n",
    'src/app/late.ts': usesLate('../store/inner.ts'),
    'src/cli/late.ts': usesLate('../store/index.ts'),
    'src/store/only-a-type.ts':
      "import type { Thing } from '../scheduler/index.ts';\n\nexport const thing: Thing = 1;\n",
    'src/app/outside-src.ts': "export * from '../../scripts/lint-clock.ts';\n",
    'src/app/no-room.ts': uses('../attic/lost.ts', 'lost'),
    'src/store/late-spawn.ts': usesLate('node:child_process'),
    'src/store/no-scheme.ts': usesAll('fs'),
    ...Object.fromEntries(
      ROOMS.filter((room) => room !== 'system').map((room) => [`src/${room}/spawn.ts`, usesAll('node:child_process')]),
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
      ROOMS.filter((room) => room !== 'store').map((room) => [`src/${room}/sqlite.ts`, usesAll('node:sqlite')]),
    ),
    'src/store/package.ts': usesAll('yaml'),
    'src/scheduler/package.ts': usesAll('yaml'),
    'src/app/package.ts': usesAll('yaml'),
    'src/report/package.ts': usesAll('yaml'),
    'src/core/package.ts': usesAll('yaml'),
    'src/cli/package.ts': usesAll('yaml'),
  },
  'boundaries(no-unknown-files)': { 'src/attic/lost.ts': 'export const lost: number = 1;\n' },
  'eslint(no-restricted-imports)': { 'src/app/a-test.ts': "import '../store/free.test.ts';\n" },
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
      ...DOORS,
      ...LEGAL,
      ...Object.fromEntries(THROUGH_THE_DOOR.map(({ to, path }) => [path, uses(`../${to}/index.ts`, to)])),
      ...Object.fromEntries(BEHIND_THE_DOOR.map(({ to, path }) => [path, uses(`../${to}/inner.ts`, to)])),
      ...Object.assign({}, ...Object.values(VIOLATIONS)),
    });
    linted = lint(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inFile = (path: string): readonly Finding[] => linted.findings.filter(({ filename }) => filename === path);
  const enteredFrom = (room: string, steps: readonly Step[]): readonly string[] => {
    const legal = steps.filter(({ from, path }) => from === room && inFile(path).length === 0);
    return legal.map(({ to }) => to).toSorted();
  };

  test.each(ROOMS)('lets %s enter the rooms that the architecture allows, and no other', (room) => {
    expect(enteredFrom(room, THROUGH_THE_DOOR)).toEqual(MAY_ENTER.get(room)?.toSorted());
  });

  test.each(ROOMS)('lets %s go behind the door of no room but core', (room) => {
    expect(enteredFrom(room, BEHIND_THE_DOOR)).toEqual(room === 'core' ? [] : ['core']);
  });

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
      '"cli" may not import "node:child_process" (ARCHITECTURE.md, Rooms and who may call whom).',
    ]);
  });
});

describe('this source tree', () => {
  const sources = globSync(['{src,test,bench,scripts}/**/*.ts', '*.ts'], { cwd: root });

  test('keeps every rule, and all of it is read', () => {
    const { status, files, findings } = lint(root);
    expect(findings.map(({ filename, code, message }) => `${filename}: ${code}: ${message}`)).toEqual([]);
    expect(status).toBe(0);
    expect(files).toBeGreaterThanOrEqual(sources.length);
  }, 180_000);

  test('has no folder in src that is not a room', () => {
    const folders = globSync('src/*/', { cwd: root }).map((path) => path.slice('src/'.length));
    expect(folders).toContain('core');
    expect(ROOMS).toEqual(expect.arrayContaining(folders));
  });

  test('silences no check', () => {
    const silencer = new RegExp(['oxlint', 'eslint'].map((linter) => `${linter}-disable`).join('|'));
    const silenced = sources.filter((path) => silencer.test(readFileSync(join(root, path), 'utf8')));
    expect(sources.length).toBeGreaterThan(0);
    expect(silenced).toEqual([]);
  });
});
