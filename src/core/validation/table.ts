import { makeProblemAt } from './config.ts';
import { environment, removeSecrets } from './environment-settings.ts';
import { exportDefaults } from './export-settings.ts';
import { inputs, startFrom } from './input-settings.ts';
import { integrations } from './integration-settings.ts';
import {
  anyText,
  choice,
  flag,
  memory,
  onOneLine,
  orWords,
  text,
  texts,
  timeLimit,
  wholeFrom,
  withLineBreaks,
} from './kinds.ts';
import { checkpoint, code, flagStyle, launcher, monitor, pack, requeue, retry } from './run-settings.ts';
import { sbatch } from './sbatch-settings.ts';
import { search } from './search-settings.ts';
import { parameterSchema } from './schema-settings.ts';
import { key, orNull, refined, type Keys, type Kind } from './setting.ts';
import { AUTO, NO_MEMORY } from '../experiment/auto.ts';
import { RESERVED, type ReservedKey, type ReservedType } from '../settings/reserved.ts';

/** A shell script with something in it, and without secrets. */
export const command: Kind<string> = {
  ...refined(withLineBreaks(anyText), (script, at) => {
    removeSecrets(script, at);
    if (script.trim() !== '') return script;
    at.problems.push(makeProblemAt(at.tree, 'config.type', `${at.name} is empty`));
    return undefined;
  }),
  schema: { type: ['string', 'number'], pattern: '\\S' },
};

/** Older templates may have a parameter of that name. */
const autoHarvest: Kind<boolean> = choice([true, false], 'true or false', {
  why: 'it is a key of sheaf: whether it reads results without being asked',
  fix: 'for a parameter of your program of this name, write params: {auto_harvest: …}',
});

/** How each type is read. Maps and settings have a kind of their own. */
const TYPES: { readonly [T in ReservedType]?: (words: readonly string[]) => Kind<unknown> } = {
  text: () => onOneLine(text),
  lines: () => withLineBreaks(anyText),
  texts: () => onOneLine(texts),
  count: () => wholeFrom(1),
  count0: () => wholeFrom(0),
  memory: (words) => orWords(memory, words),
  time: (words) => orWords(timeLimit, words),
  flag: () => flag,
};

const OWN: { readonly [name: string]: Kind<unknown> } = {
  notes: withLineBreaks(texts),
  command,
  sbatch,
  pack,
  requeue,
  flag_style: flagStyle,
  launcher,
  environment,
  inputs,
  start_from: startFrom,
  code,
  checkpoint,
  retry,
  monitor,
  integrations,
  auto_harvest: autoHarvest,
  export: exportDefaults,
  search,
  schema: parameterSchema,
};

function kindOf({ name, type, auto, none }: ReservedKey): Kind<unknown> | undefined {
  return OWN[name] ?? TYPES[type]?.([...(auto ? [AUTO] : []), ...(none ? [NO_MEMORY] : [])]);
}

/** The reserved keys that are read one by one. Null is a value that is still missing, which another check reports. */
const READABLE: Keys = Object.fromEntries(
  RESERVED.flatMap((reserved) => {
    const kind = kindOf(reserved);
    return kind === undefined ? [] : [[reserved.name, key(orNull(kind), reserved.help)]];
  }),
);

/** These of the reserved keys. */
export function keysNamed(names: readonly string[]): Keys {
  return Object.fromEntries(Object.entries(READABLE).filter(([name]) => names.includes(name)));
}
