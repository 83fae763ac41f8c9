import type { ValueMap } from '../../core/value.ts';
import { collectNames } from '../render/command-names.ts';
import { compileText } from '../render/rendering.ts';
import { writeBlock } from '../yaml/yaml-write.ts';

/** The names of a command that values must be given for. */
export interface CommandParameters {
  readonly names: readonly string[];
  /** It has `{{ flags }}`, `{{ hydra }}` or `{{ params }}`, which stand for all parameters, whatever their names. */
  readonly takesAll: boolean;
}

/** Names that stand for something in every command. */
const KNOWN: ReadonlySet<string> = new Set([
  ...collectNames({ params: {}, written: {}, expId: '', stage: '', attempt: 1, resources: {} }).keys(),
  'launch',
]);

/** What is wrong with the command is reported when it is composed. */
export function findCommandParameters(command: string): CommandParameters {
  const used = new Set(compileText(command).free.map(({ name }) => name));
  return {
    names: [...used].filter((name) => !KNOWN.has(name)),
    takesAll: ['flags', 'hydra', 'params'].some((name) => used.has(name)),
  };
}

/** A template whose parameters must all be given. */
export function buildTemplateFromCommand(command: string, names: readonly string[]): string {
  const params: ValueMap = Object.fromEntries(names.map((name) => [name, null]));
  const values = names.length === 0 ? '' : `\n# null: a value must be given.\n${writeBlock({ params })}`;
  return `# Made from a command: sheaf run --command …\n${writeBlock({ command })}${values}${HARVEST}`;
}

const HARVEST = `
# What to take from the logs and files of a run; sheaf harvest ID --discover proposes rules.
# harvest:
#   accuracy: { log: "accuracy: (\\\\S+)" }
`;

/** `train` for `python -u src/train.py --lr {{ lr }}` and `python -m lab.train`; `command` if nothing in it can be a name. */
export function nameCommand(command: string): string {
  const words = command.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, ' ').split(/[\s'";|&()]+/);
  const module = words[words.indexOf('-m') + 1];
  const named = [
    words.find((word) => SCRIPT.test(word))?.replace(SCRIPT, ''),
    words.includes('-m') ? module?.split('.').at(-1) : undefined,
    words.find((word) => word !== '' && !word.includes('=')),
  ];
  const names = named.map(
    (word) =>
      word
        ?.split('/')
        .at(-1)
        ?.replace(/[^\w.-]/g, '') ?? '',
  );
  return names.find((name) => /^[A-Za-z0-9]/.test(name))?.slice(0, LONGEST) ?? 'command';
}

const SCRIPT = /\.(?:py|sh|bash|jl|R|r|m|lua|pl|rb|js|mjs|ts)$/;
/** Ids add a number to it. */
const LONGEST = 60;
