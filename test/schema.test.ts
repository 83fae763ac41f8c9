import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseProjectGpus, parseWrittenPartitions } from '../src/advisor/index.ts';
import { buildLayerTree, makePlacelessLayer, type Layer } from '../src/core/validation/config.ts';
import { buildSchemaFiles } from '../src/core/validation/document-schemas.ts';
import type { JsonSchema } from '../src/core/validation/json-schema.ts';
import { checkProjectKeys, checkTemplateKeys } from '../src/core/validation/keys.ts';
import { readLiveSettings } from '../src/core/validation/live-settings.ts';
import { readProjectSettings, type ClusterCatalogue } from '../src/core/validation/project-settings.ts';
import { readParameters } from '../src/core/validation/schema-settings.ts';
import { readIdentity, readSettings } from '../src/core/validation/settings.ts';
import { readView } from '../src/core/validation/view-settings.ts';
import { SheafError, type Problem } from '../src/core/errors.ts';
import { RESERVED } from '../src/core/settings/reserved.ts';
import { SCHEDULER_NAMES } from '../src/core/settings/scheduler-name.ts';
import type { Value, ValueMap } from '../src/core/value.ts';
import { parseYaml } from '../src/template/yaml/yaml.ts';

const root: string = join(import.meta.dirname, '..');

type FileKind = 'sheaf' | 'template' | 'view';

const ajv: Ajv = new Ajv({ strict: false });
const VALIDATE: Readonly<Record<FileKind, ValidateFunction>> = {
  sheaf: compiled('sheaf'),
  template: compiled('template'),
  view: compiled('view'),
};

function compiled(kind: FileKind): ValidateFunction {
  return ajv.compile(JSON.parse(buildSchemaFiles()[`${kind}.schema.json`] ?? '') as object);
}

/** Which keys a GPU needs depends on the others, and on the catalogue. */
const GPU_INCOMPLETE = 'cluster.gpu.incomplete';

/** What the schema says about a file; empty when it accepts it. */
function refusals(kind: FileKind, values: ValueMap): readonly string[] {
  const isValid = VALIDATE[kind](values);
  return isValid ? [] : (VALIDATE[kind].errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The codes of what sheaf says about a single file. */
function problemCodes(kind: FileKind, values: ValueMap): readonly string[] {
  const layer = makePlacelessLayer('test', values);
  if (kind === 'view') return viewCodes(layer);
  const tree = buildLayerTree(layer, kind === 'template');
  const problems: Problem[] =
    kind === 'sheaf' ? checkProjectKeys(layer, 'project') : checkTemplateKeys(layer, new Set(), []);
  const cluster = kind === 'sheaf' ? readProjectSettings(tree, SCHEDULER_NAMES, problems).cluster : undefined;
  readIdentity(tree, problems);
  readSettings(tree, problems, () => 'text');
  readLiveSettings(tree, problems);
  problems.push(...readParameters(tree).problems);
  return [...problems.map(({ code }) => code), ...(cluster ? catalogueCodes(cluster) : [])];
}

function viewCodes(layer: Layer): readonly string[] {
  try {
    readView(layer);
    return [];
  } catch (error) {
    if (error instanceof SheafError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

/** The advisor reads partitions and GPUs; its problems are sentences. */
function catalogueCodes({ partitions, gpus }: ClusterCatalogue): readonly string[] {
  const sentences = [...parseWrittenPartitions(partitions).problems, ...parseProjectGpus(gpus).problems];
  return sentences.map((text) => (/must be given|must name a GPU/.test(text) ? GPU_INCOMPLETE : 'cluster.entry'));
}

test.each(Object.entries(buildSchemaFiles()))('schema/%s is what the table of settings gives', (name, text) => {
  expect(readFileSync(join(root, 'schema', name), 'utf8'), 'run: npm run schema').toBe(text);
});

test('every reserved key is in the schema of templates, with its help', () => {
  const { properties } = JSON.parse(buildSchemaFiles()['template.schema.json'] ?? '') as {
    properties: Record<string, { description: string }>;
  };
  expect(RESERVED.filter(({ name, help }) => properties[name]?.description !== help)).toEqual([]);
});

/** YAML files of users, in files and in documents: what they are, where they are, their text. */
function examples(): readonly (readonly [kind: FileKind, where: string, text: string])[] {
  const files = globSync(['examples/*/sheaf.yaml', 'examples/*/templates/*.yaml', 'test/fixtures/templates/*.yaml'], {
    cwd: root,
  });
  const blocks = globSync(['README.md', 'docs/*.md', 'docs/{how-to,reference,explanation,admin}/**/*.md'], {
    cwd: root,
  }).flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml\n([^]*?)^```$/gm)].map(
      ([, text = ''], i) => [kindOf(text), `${page}, block ${i + 1}`, text] as const,
    ),
  );
  return [
    ...files.map(
      (path) =>
        [path.endsWith('sheaf.yaml') ? 'sheaf' : 'template', path, readFileSync(join(root, path), 'utf8')] as const,
    ),
    ...blocks,
  ];
}

function kindOf(text: string): FileKind {
  if (text.startsWith('# views/')) return 'view';
  return /^# sheaf\.yaml|^(project|scheduler|cluster):/m.test(text) ? 'sheaf' : 'template';
}

test.each(examples())('the schema of %s accepts %s', (kind, _, text) => {
  expect(refusals(kind, parseYaml(text, 'test').values)).toEqual([]);
});

describe('a broken file is refused by the schema and by sheaf', () => {
  test.each<[FileKind, string]>([
    ['sheaf', 'acount: x\n'],
    ['sheaf', 'learning_rate: 0.1\n'],
    ['sheaf', 'exp_id: x\n'],
    ['sheaf', 'scheduler: pbs\n'],
    ['sheaf', 'project: 3\n'],
    ['sheaf', 'cluster: {gpus: {npu: 3}}\n'],
    ['sheaf', 'cluster: {partition: {}}\n'],
    ['sheaf', 'cluster: {local: {cpus: 0}}\n'],
    ['sheaf', 'params: {"a b": 1}\n'],
    ['view', 'column: [a]\n'],
    ['view', 'descending: up\n'],
    ['template', '"a b": 1\n'],
    ['template', 'command: a\nstages: {x: {command: b}}\n'],
    ['template', 'stages: {x: {comand: b}}\n'],
    ['template', 'stages: {x: {num_gpus: 1}}\n'],
    ['template', 'stages: {../x: {command: b}}\n'],
    ['template', 'schema: {lr: {type: flaot}}\n'],
    ['template', 'time_limit: 8h\n'],
    ['template', 'mem: 16GiB\n'],
    ['template', 'num_gpus: -1\n'],
    ['template', 'account: "a\\nb"\n'],
    ['template', 'sbatch: {output: x}\n'],
    ['template', 'environment: {exports: {SLURM_X: a}}\n'],
    ['template', 'code: {link: ../data}\n'],
    ['template', 'harvest: {acc: {csv: a, colum: b}}\n'],
    ['template', 'harvest: {acc: {csv: a, json: b, path: c}}\n'],
    ['template', 'export: {columns: [{value: acc, format: 2f}]}\n'],
    ['template', 'integrations: {wandb: {tags: ["a,b"]}}\n'],
  ])('%s: %j', (kind, text) => {
    const { values } = parseYaml(text, 'test');
    expect(refusals(kind, values)).not.toEqual([]);
    expect(problemCodes(kind, values)).not.toEqual([]);
  });
});

/** A file with one value at one place. */
interface Placed {
  readonly path: string;
  readonly put: (value: Value) => Value;
}

/** Values for keys that must be given beside another one. */
const BESIDE: ValueMap = {
  use: 'srun',
  size: 2,
  log: '(x)',
  value: '1',
  mode: 'max',
  metric: 'acc',
  from: 1,
  to: 9,
  top: 1,
  seeds: 2,
};

/** Every place of a schema to which a value can be put. */
function* placesOf(root: JsonSchema, schema: JsonSchema, at: Placed): Generator<Placed> {
  const { $ref, properties = {}, required = [], additionalProperties: others, items, anyOf = [] } = schema;
  const target = $ref === undefined ? undefined : root.definitions?.[$ref.split('/').at(-1) ?? ''];
  if (target) yield* placesOf(root, target, at);
  for (const each of anyOf) yield* placesOf(root, each, at);
  const children: [string, JsonSchema][] = Object.entries(properties);
  // A name that can be one of a stage, a metric, a variable and an option of sbatch.
  if (typeof others === 'object') children.push(['acc', others]);
  for (const [key, child] of children) {
    const beside = Object.fromEntries(required.map((name): [string, Value] => [name, BESIDE[name] ?? 'text']));
    const placed = { path: `${at.path}.${key}`, put: (value: Value) => at.put({ ...beside, [key]: value }) };
    yield placed;
    yield* placesOf(root, child, placed);
  }
  if (items) yield* placesOf(root, items, { path: `${at.path}[]`, put: (value) => at.put([value]) });
}

const WORDS =
  '16G|1:30:00|2-12|-1|auto|none|x1.5|x0|never|newest|last|max|seed|int|torchrun|USR1|timeout|pyxis|rocm|offline|' +
  'snapshot|../a|/a|a/../b|a..b|a//b|a,b|http://host:5000|.2f|.2d|,|1.5x|D-1|1:2:3:4||a| |a\nb';
const LISTS: readonly Value[] = [[], ['a', 'b'], [1, 2], [0, 'inf'], [['a']]];
const MAPS: readonly Value[] = [{}, { a: 1 }, { A: 'x' }];
const SAMPLES: readonly Value[] = [null, true, false, 0, 1, -1, 2.5, ...WORDS.split('|'), ...LISTS, ...MAPS];

/** What only sheaf can find out: it compares keys, reads other languages or looks for secrets. */
const BEYOND_SCHEMAS = [
  'query.syntax',
  'query.name',
  'cluster.profile',
  GPU_INCOMPLETE,
  'environment.secret',
  'exp_id.illegal',
  'harvest.best',
  'harvest.cycle',
  'harvest.expression',
  'harvest.pattern',
  'search.metric',
  'search.stop',
  'search.trials',
  'stages.after',
];

/** The other keys are the same in templates. */
const OF_PROJECTS = /^\.(project|scheduler|experiments|cluster)/;
/** What depends on other parts of the file, is read with other files, or is the same for stages as at the top. */
const ELSEWHERE = /\.stage$|^\.(params|extends|abstract)|^\.stages\.acc\.[^.]+\./;

test.each<FileKind>(['sheaf', 'template', 'view'])('the schema of %s and sheaf agree about every key', (kind) => {
  const schema = JSON.parse(buildSchemaFiles()[`${kind}.schema.json`] ?? '') as JsonSchema;
  const places = [...placesOf(schema, schema, { path: '', put: (value) => value })].filter(
    ({ path }) => (kind === 'sheaf' ? OF_PROJECTS : /./).test(path) && !ELSEWHERE.test(path),
  );
  expect(places.length).toBeGreaterThan({ sheaf: 8, template: 150, view: 6 }[kind]);
  const differences = places.flatMap(({ path, put }) =>
    SAMPLES.flatMap((sample) => {
      const values = put(sample) as ValueMap;
      const refused = refusals(kind, values);
      const codes = problemCodes(kind, values);
      const isAgreed = refused.length > 0 ? codes.length > 0 : codes.every((code) => BEYOND_SCHEMAS.includes(code));
      if (isAgreed) return [];
      return [`${path}: ${JSON.stringify(sample)}: schema ${refused.join('; ')}, sheaf ${codes.join(' ')}`];
    }),
  );
  expect(differences).toEqual([]);
});
