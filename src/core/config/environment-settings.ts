import { isBranch, valueOf, type Branch, type Tree } from './config.ts';
import { flagOf, lineOf, linesOf, oneOf, SettingReader, wholeFrom } from './run-settings.ts';
import type { Problem } from '../errors.ts';
import type { Conda, Container, ContainerRuntime, Environment, Modules } from '../settings/run-settings.ts';
import { isSecret } from '../text/secrets.ts';
import { isMap, withoutUndefined, type Scalar, type Value } from '../value.ts';

const KEYS = ['modules', 'conda', 'venv', 'uv', 'container', 'exports', 'setup', 'nccl', 'threads'];
const WANTS = 'a map: {modules: [cuda/12.4], venv: .venv, exports: {HF_HOME: /scratch/hf}}';

/** What a program runs in. What is wrong with it is added to `problems`. */
export function readEnvironment(tree: Tree | undefined, problems: Problem[]): Environment | undefined {
  if (tree === undefined) return undefined;
  const reader = new SettingReader(problems);
  const map = reader.map(tree, 'environment', KEYS, WANTS);
  if (map === undefined) return undefined;
  const part = <T>(key: string, accept: (value: Value) => T | undefined, wants: string): T | undefined =>
    reader.part(map, 'environment', key, accept, wants);
  return withoutUndefined({
    modules: readModules(map.children.get('modules'), reader),
    conda: readConda(map.children.get('conda'), reader),
    venv: part('venv', lineOf, 'the folder of a virtual environment'),
    uv: part('uv', (value) => (value === true ? '.' : lineOf(value)), 'true, or the folder of a uv project'),
    container: readContainer(map.children.get('container'), reader),
    exports: readExports(map.children.get('exports'), reader),
    setup: readSetup(map, reader),
    nccl: part('nccl', (value) => (value === false ? value : lineOf(value)), 'false, or a type of GPU'),
    threads: part(
      'threads',
      (value) => (value === false ? value : wholeFrom(1)(value)),
      'false, or how many threads a process may use',
    ),
  });
}

function readSetup(map: Branch, reader: SettingReader): string | undefined {
  const setup = reader.part(map, 'environment', 'setup', scriptOf, 'lines of shell text');
  const tree = map.children.get('setup');
  if (setup !== undefined && tree) reader.refuseSecretsIn(setup, tree, 'environment.setup');
  return setup;
}

/** A text with line breaks, or a list of lines. */
function scriptOf(value: Value): string | undefined {
  const lines = Array.isArray(value) ? value : [value];
  const texts = lines.filter((line) => typeof line === 'string' && !line.includes('\0'));
  return texts.length === lines.length ? texts.join('\n') : undefined;
}

const MODULES_WANTS = 'a list of modules, or a map: {purge: false, use: [/apps/modules], load: [cuda/12.4]}';

function readModules(tree: Tree | undefined, reader: SettingReader): Modules | undefined {
  if (tree === undefined) return undefined;
  const name = 'environment.modules';
  if (!isBranch(tree)) {
    const load = reader.read(tree, name, linesOf, MODULES_WANTS);
    return load === undefined ? undefined : { purge: true, use: [], load };
  }
  reader.map(tree, name, ['purge', 'use', 'load'], MODULES_WANTS);
  return {
    purge: reader.part(tree, name, 'purge', flagOf, 'true or false') ?? true,
    use: reader.part(tree, name, 'use', linesOf, 'a list of folders') ?? [],
    load: reader.part(tree, name, 'load', linesOf, 'a list of modules') ?? [],
  };
}

function readConda(tree: Tree | undefined, reader: SettingReader): Conda | undefined {
  if (tree === undefined) return undefined;
  const name = 'environment.conda';
  const wants = 'the name or path of an environment, or a map: {env: vision, root: /apps/miniforge3}';
  if (!isBranch(tree)) {
    const env = reader.read(tree, name, lineOf, wants);
    return env === undefined ? undefined : { env };
  }
  reader.map(tree, name, ['env', 'root'], wants);
  const env = required(tree, name, 'env', reader);
  const root = reader.part(tree, name, 'root', lineOf, 'the folder of the conda installation');
  return env === undefined ? undefined : withoutUndefined({ env, root });
}

function required(map: Branch, name: string, key: string, reader: SettingReader): string | undefined {
  if (!map.children.has(key)) reader.problem(map, 'config.missing', `${name} has no ${key}`, { fix: `add ${key}: …` });
  return reader.part(map, name, key, lineOf, 'a text');
}

const RUNTIMES: readonly ContainerRuntime[] = ['apptainer', 'singularity', 'pyxis'];
const CONTAINER_KEYS = ['image', 'runtime', 'binds', 'overlays', 'gpu', 'env', 'args'];

function readContainer(tree: Tree | undefined, reader: SettingReader): Container | undefined {
  if (tree === undefined) return undefined;
  const name = 'environment.container';
  const wants = 'an image, or a map: {image: train.sif, binds: [/scratch], overlays: [data.sqf:ro]}';
  const empty = { runtime: 'apptainer', binds: [], overlays: [], env: {}, args: [] } as const;
  if (!isBranch(tree)) {
    const image = reader.read(tree, name, lineOf, wants);
    return image === undefined ? undefined : { ...empty, image };
  }
  reader.map(tree, name, CONTAINER_KEYS, wants);
  const image = required(tree, name, 'image', reader);
  const gpu = reader.part(tree, name, 'gpu', oneOf(['nv', 'rocm', 'none'] as const), 'nv, rocm or none');
  const container = {
    runtime: reader.part(tree, name, 'runtime', oneOf(RUNTIMES), `one of ${RUNTIMES.join(', ')}`) ?? empty.runtime,
    binds: reader.part(tree, name, 'binds', linesOf, 'a list such as /data:/data:ro') ?? [],
    overlays: reader.part(tree, name, 'overlays', linesOf, 'a list such as data.sqf:ro') ?? [],
    env: readVariables(tree.children.get('env'), `${name}.env`, reader),
    args: reader.part(tree, name, 'args', linesOf, 'a list of words for the container program') ?? [],
  };
  return image === undefined ? undefined : { image, ...withoutUndefined({ gpu }), ...container };
}

function readVariables(tree: Tree | undefined, name: string, reader: SettingReader): { [name: string]: string } {
  const variables: { [name: string]: string } = {};
  for (const [variable, value] of Object.entries(readExports(tree, reader, name) ?? {})) {
    if (value !== null) variables[variable] = String(value);
    else if (tree) reader.problem(tree, 'config.type', `${name}.${variable} needs a value`);
  }
  return variables;
}

const EXPORTS_WANTS =
  'a map of variables, or a list of those that are passed on: {HF_HOME: /scratch/hf, HF_TOKEN: null}';

function readExports(
  tree: Tree | undefined,
  reader: SettingReader,
  name: string = 'environment.exports',
): { [name: string]: Scalar } | undefined {
  if (tree === undefined) return undefined;
  if (!isBranch(tree)) {
    const names = isMap(valueOf(tree)) ? [] : reader.read(tree, name, linesOf, EXPORTS_WANTS);
    const listed = (names ?? []).map((variable): [string, Scalar] => [variable, null]);
    for (const [variable] of listed) checkName(variable, tree, name, reader);
    return Object.fromEntries(listed);
  }
  const variables: { [name: string]: Scalar } = {};
  for (const [variable, child] of tree.children) {
    const value = reader.read(child, `${name}.${variable}`, scalarOf, 'a text, a number, true or false, or null');
    if (value === undefined || !checkName(variable, child, name, reader)) continue;
    const written = isBranch(child) ? undefined : child.written[''];
    const text = typeof value === 'number' ? (written ?? value) : value;
    if (typeof text === 'string' && isSecret(variable, text)) refuseSecret(variable, child, name, reader);
    else variables[variable] = text;
  }
  return variables;
}

function scalarOf(value: Value): Scalar | undefined {
  if (typeof value === 'string' && value.includes('\0')) return undefined;
  return value === null || typeof value !== 'object' ? value : undefined;
}

function checkName(variable: string, tree: Tree, name: string, reader: SettingReader): boolean {
  const isName = /^[A-Za-z_]\w*$/.test(variable);
  const isOwn = /^(SHEAF_|SLURM_|SBATCH_)/.test(variable);
  if (isName && !isOwn) return true;
  reader.problem(tree, 'environment.name', `${name} cannot set ${JSON.stringify(variable)}`, {
    why: isOwn ? 'variables of that kind are set by sheaf and the scheduler' : 'it is no name of a variable',
  });
  return false;
}

function refuseSecret(variable: string, tree: Tree, name: string, reader: SettingReader): void {
  reader.problem(
    tree,
    'environment.secret',
    `the value of ${variable} looks like a secret, and would be in files of the project`,
    {
      fix: `write ${name}: {${variable}: null} and set it in the shell that submits: it is passed on by name`,
    },
  );
}
