import { isBranch, makeProblemAt, getTreeAt, type Branch, type Leaf, type Tree } from './config.ts';
import { readSome } from './setting.ts';
import { readStages } from './stage-settings.ts';
import { keysNamed } from './table.ts';
import type { Problem } from '../errors.ts';
import { RESOURCE_KEYS, RUN_KEYS } from '../settings/reserved.ts';
import type { Resources, Settings, StageSettings } from '../settings/settings.ts';

/** Gives the text of a file of the project; undefined when it is not there. */
export type ReadFile = (path: string) => string | undefined;

const RESOURCES = keysNamed(RESOURCE_KEYS);
const FROZEN = keysNamed([...RESOURCE_KEYS, 'code', 'start_from', ...RUN_KEYS, 'command']);

/**
 * The reserved keys that freeze with an experiment. What is wrong with them is added to `problems`.
 *
 * @param readFile for the script that a template names: it freezes, too
 */
export function readSettings(tree: Branch, problems: Problem[], readFile: ReadFile): Settings {
  const freeze = (read: ReadKeys, of: Tree | undefined): Settings =>
    withResources(withScript(read, of && getTreeAt(of, ['script']), problems, readFile));
  const settings = freeze(readSome(FROZEN, tree, '', problems) ?? {}, tree);
  const stages = getTreeAt(tree, ['stages']);
  const read = stages && readStages(stages, problems);
  if (read === undefined) return settings;
  const frozen = Object.entries(read).map(([name, keys]) => [name, freeze(keys, getTreeAt(stages, [name]))]);
  return { ...settings, stages: Object.fromEntries(frozen) as Record<string, StageSettings> };
}

type ReadKeys = { readonly [key: string]: unknown };

/** Resources stand together. */
function withResources(read: ReadKeys): Settings {
  const isResource = ([name]: [string, unknown]): boolean => RESOURCE_KEYS.includes(name);
  const entries = Object.entries(read);
  return {
    resources: Object.fromEntries(entries.filter(isResource)) as Resources,
    ...Object.fromEntries(entries.filter((entry) => !isResource(entry))),
  };
}

function withScript(read: ReadKeys, tree: Tree | undefined, problems: Problem[], readFile: ReadFile): ReadKeys {
  const { script: file, ...others } = read;
  if (tree === undefined || typeof file !== 'string') return others;
  const text = readFile(file);
  if (text !== undefined) return { ...others, script: { file, text } };
  problems.push(
    makeProblemAt(tree, 'script.missing', `there is no file ${file} in the project`, {
      fix: 'name a Jinja file relative to the project folder, such as templates/own.sbatch.j2',
    }),
  );
  return others;
}

/** What a job asks for, from the keys at the top of `tree`. */
export function readResources(tree: Branch, problems: Problem[]): Resources {
  return readSome(RESOURCES, tree, '', problems) as Resources;
}

const IDENTITY = keysNamed(['exp_id', 'description', 'tags', 'notes']);

/** What people say about an experiment. */
interface IdentityTexts {
  readonly exp_id?: string;
  readonly description?: string;
  readonly tags?: string | readonly string[];
  readonly notes?: string | readonly string[];
}

export function readIdentity(tree: Branch, problems: Problem[]): IdentityTexts {
  return readSome(IDENTITY, tree, '', problems) as IdentityTexts;
}

/** The leaves of reserved keys that are null: they must be given. */
export function findNullSettings(tree: Branch): { readonly keys: readonly string[]; readonly leaf: Leaf }[] {
  return [...tree.children].flatMap(([key, child]) =>
    key !== 'params' && key !== 'schema' && !isBranch(child) && child.value === null
      ? [{ keys: [key], leaf: child }]
      : [],
  );
}
