import { makeProblemAt } from './config.ts';
import { choice, line, lineOfText, valueOrList, wholeFrom } from './kinds.ts';
import {
  described,
  keyNeeded,
  keyOr,
  mapOf,
  recordOf,
  shortFor,
  valueKind,
  type Kind,
  type ValueAdvice,
} from './setting.ts';
import { INPUT_DEFAULTS, type Input, type Inputs } from '../settings/inputs.ts';
import { isMap } from '../value.ts';

/** Older templates may have parameters of the names of these keys. */
export function adviseParams(name: string, meaning: string): ValueAdvice {
  return {
    why: `it is a key of sheaf: ${meaning}`,
    fix: `for a parameter of your program of this name, write params: {${name}: …}`,
  };
}

const advice = adviseParams('inputs', 'the data that a run reads');

const input: Kind<Input> = shortFor(
  'a path on one line, or a map: {path: /data/train, hash: content}',
  line,
  (path): Input => ({ path, ...INPUT_DEFAULTS }),
  mapOf({
    path: keyNeeded(
      described(line, 'a path on one line'),
      'A file or folder, absolute or relative to the project',
      '/data/imagenet/train',
    ),
    hash: keyOr(
      choice(['listing', 'content']),
      'listing: names, sizes and times. content: also what is in the files',
      INPUT_DEFAULTS.hash,
    ),
    walk: keyOr(
      choice(['submit', 'job']),
      'Who reads the folder: submit, or the job when it starts',
      INPUT_DEFAULTS.walk,
    ),
    limit: keyOr(wholeFrom(1, 'a whole number of seconds'), 'Seconds that reading may take', INPUT_DEFAULTS.limit),
  }),
  advice,
);

const NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const named: Kind<Inputs> = recordOf(
  'a map of paths',
  () => ({ additionalProperties: input.schema, propertyNames: { pattern: NAME } }),
  (own, { tree, name, problems }) => {
    if (new RegExp(NAME).test(own)) return input.read(tree, `${name}.${own}`, problems);
    const why = 'a name has letters, digits, ".", "_" and "-", at most 64 of them';
    problems.push(makeProblemAt(tree, 'inputs.name', `${JSON.stringify(own)} cannot be the name of an input`, { why }));
    return undefined;
  },
  advice,
);

const paths = valueOrList(lineOfText('a path'), 'a list of paths');

/** `{train: /data/train}`, or paths without names. An empty map is not one path. */
export const inputs: Kind<Inputs> = shortFor(
  'a map of paths or a list of them, each on one line: {train: /data/imagenet/train}',
  valueKind('a list of paths', paths.schema, (value, written) =>
    isMap(value) ? undefined : paths.accept(value, written),
  ),
  (list): Inputs => Object.fromEntries(list.map((path) => [path, { path, ...INPUT_DEFAULTS }])),
  named,
  advice,
);

const START = '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(@[^\\s@]{1,128})?$';

/** `pretrain`, `pretrain@best`, `pretrain@5000`, or `pretrain@NAME` of a pinned checkpoint. */
export const startFrom: Kind<string> = valueKind(
  'an experiment, and which of its checkpoints: pretrain@best',
  { type: 'string', pattern: START },
  (value) => (typeof value === 'string' && new RegExp(START).test(value) ? value : undefined),
  adviseParams('start_from', 'the checkpoint that a run starts from'),
);
