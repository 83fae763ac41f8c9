import { isBranch, makeProblemAt } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { allOf, choice, flag, line, lines, listSchema, wholeFrom } from './kinds.ts';
import {
  described,
  firstOf,
  key,
  keyNeeded,
  keyOr,
  mapOf,
  recordOf,
  refined,
  shortFor,
  valueKind,
  type Kind,
  type ValueContext,
  type ValueKind,
} from './setting.ts';
import type { Conda, Container, RunEnvironment, Modules } from '../settings/run-settings.ts';
import { requirements } from './requirement-settings.ts';
import { isSecret, findScriptSecret } from '../text/secrets.ts';
import { isMap, type Scalar, type Value } from '../value.ts';

const modules: Kind<Modules> = shortFor(
  'a list of modules, or a map: {purge: false, use: [/apps/modules], load: [cuda/12.4]}',
  lines,
  (load): Modules => ({ purge: true, use: [], load }),
  mapOf({
    purge: keyOr(flag, 'First unload the modules of the shell that submits', true),
    use: keyOr(described(lines, 'a list of folders'), 'More folders of module files', []),
    load: keyOr(described(lines, 'a list of modules'), 'Modules to load', []),
  }),
);

const conda: Kind<Conda> = shortFor(
  'the name or path of an environment, or a map: {env: vision, root: /apps/miniforge3}',
  line,
  (env): Conda => ({ env }),
  mapOf({
    env: keyNeeded(line, 'Name or path of the environment', 'vision'),
    root: key(described(line, 'the folder of the conda installation'), 'Folder of conda. Default: sheaf finds it'),
  }),
);

const SCALARS = 'a text, a number, true or false';

const value = valueKind<Scalar>(SCALARS, { type: ['string', 'number', 'boolean'] }, (given, written) => {
  if (typeof given === 'number') return written[''] ?? given;
  if (typeof given === 'string') return given.includes('\0') ? undefined : given;
  return typeof given === 'boolean' ? given : undefined;
});

const valueOrNull = firstOf(
  `${SCALARS}, or null`,
  value,
  valueKind<Scalar>('null', { type: 'null' }, (given) => (given === null ? null : undefined)),
);

const VARIABLE_SCHEMA: JsonSchema = { pattern: '^(?!SHEAF_|SLURM_|SBATCH_)[A-Za-z_]\\w*$' };

/** Variables for a job. What looks like a secret is refused. */
function variablesOf(item: ValueKind<Scalar>): Kind<{ readonly [name: string]: Scalar }> {
  return recordOf(
    'a map of variables',
    () => ({ additionalProperties: item.schema, propertyNames: VARIABLE_SCHEMA }),
    (variable, at) => {
      const given = item.read(at.tree, `${at.name}.${variable}`, at.problems);
      if (given === undefined || !isSettable(variable, at)) return undefined;
      if (typeof given !== 'string' || !isSecret(variable, given)) return given;
      const message = `the value of ${variable} looks like a secret, and would be in files of the project`;
      at.problems.push(
        makeProblemAt(at.tree, 'environment.secret', message, {
          fix: `write ${at.name}: {${variable}: null} and set it in the shell that submits: it is passed on by name`,
        }),
      );
      return undefined;
    },
  );
}

function isSettable(variable: string, { tree, name, problems }: ValueContext): boolean {
  const isName = /^[A-Za-z_]\w*$/.test(variable);
  const isOwn = /^(SHEAF_|SLURM_|SBATCH_)/.test(variable);
  if (isName && !isOwn) return true;
  const why = isOwn ? 'variables of that kind are set by sheaf and the scheduler' : 'it is no name of a variable';
  problems.push(makeProblemAt(tree, 'environment.name', `${name} cannot set ${JSON.stringify(variable)}`, { why }));
  return false;
}

const variables = variablesOf(valueOrNull);
const passedOn = valueKind(
  'a list of variables',
  listSchema({ type: 'string', ...VARIABLE_SCHEMA }),
  (given, written) => (isMap(given) ? [] : lines.accept(given, written)),
);

const exported: Kind<{ readonly [name: string]: Scalar }> = refined(
  shortFor<readonly string[], { readonly [name: string]: Scalar }>(
    'a map of variables, or a list of those that are passed on: {HF_HOME: /scratch/hf, HF_TOKEN: null}',
    passedOn,
    (names) => Object.fromEntries(names.map((name) => [name, null])),
    variables,
  ),
  (found, at) => {
    if (!isBranch(at.tree)) for (const name of Object.keys(found)) isSettable(name, at);
    return found;
  },
);

const container: Kind<Container> = shortFor(
  'an image, or a map: {image: train.sif, binds: [/scratch], overlays: [data.sqf:ro]}',
  line,
  (image): Container => ({ image, runtime: 'apptainer', binds: [], overlays: [], env: {}, args: [] }),
  refined(
    mapOf({
      image: keyNeeded(line, 'An image file, a sandbox folder or the reference of an image', 'train.sif'),
      runtime: keyOr(choice(['apptainer', 'singularity', 'pyxis']), 'The program that starts it', 'apptainer'),
      binds: keyOr(described(lines, 'a list such as /data:/data:ro'), 'source[:destination[:options]]', []),
      overlays: keyOr(described(lines, 'a list such as data.sqf:ro'), 'Overlay images: file[:ro]', []),
      gpu: key(
        choice(['nv', 'rocm', 'none'], 'nv, rocm or none'),
        'GPU libraries of the host to pass in. Default: nv if the job requests GPUs',
      ),
      env: keyOr(variablesOf(value), 'Variables inside the container', {}),
      args: keyOr(described(lines, 'a list of words for the container program'), 'More arguments for the runtime', []),
    }),
    (read) => ({
      ...read,
      env: Object.fromEntries(Object.entries(read.env).map(([name, given]) => [name, String(given)])),
    }),
  ),
);

/** A text with line breaks, or a list of lines. */
const script = refined(
  valueKind(
    'lines of shell text',
    { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    (given) => {
      const found: readonly Value[] = Array.isArray(given) ? given : [given];
      const texts = allOf(found.map((each) => (typeof each === 'string' && !each.includes('\0') ? each : undefined)));
      return texts?.join('\n');
    },
    { fix: 'put quotes around a line that contains `: `, or write all lines in a block after |' },
  ),
  removeSecrets,
);

/** What a script gives away would be in files of the project. */
export function removeSecrets(text: string, { tree, name, problems }: ValueContext): string {
  const secret = findScriptSecret(text);
  if (secret !== undefined) {
    problems.push(
      makeProblemAt(tree, 'environment.secret', `${name} gives away what looks like a secret: ${secret}`, {
        why: 'it would be in files of the project',
        fix: 'take it out, set it in the shell that submits, and write environment: {exports: {NAME: null}} to pass it on',
      }),
    );
  }
  return text;
}

const no = choice([false]);

/** What a program runs in. */
export const environment: Kind<RunEnvironment> = mapOf(
  {
    modules: key(modules, 'Environment modules to load'),
    conda: key(conda, 'The conda environment'),
    venv: key(described(line, 'the folder of a virtual environment'), 'Folder of a virtual environment'),
    uv: key(
      firstOf(
        'true, or the folder of a uv project',
        valueKind('true', { enum: [true] }, (given) => (given === true ? '.' : undefined)),
        line,
      ),
      'Folder of a uv project; true: the project folder',
    ),
    container: key(container, 'The container to run in'),
    requires: key(requirements, 'Python packages that must be installed, such as torch>=2.4'),
    exports: key(exported, 'Variables to set; null passes on the value of the shell that submits'),
    setup: key(script, 'Shell lines before the program'),
    nccl: key(
      firstOf<string | false>('false, or a type of GPU', no, line),
      "NCCL's variables for a GPU type; false: none. Default: those for gpu_type",
    ),
    threads: key(
      firstOf<number | false>('false, or how many threads a process may use', no, wholeFrom(1)),
      'OMP_NUM_THREADS and similar variables; false: not set. Default: the CPUs of a process',
    ),
  },
  'a map: {modules: [cuda/12.4], venv: .venv, exports: {HF_HOME: /scratch/hf}}',
);
