import { COMMAND_LINE, type Frozen } from '../../core/experiment/frozen.ts';
import { RESOURCE_KEYS, RUN_KEYS } from '../../core/settings/reserved.ts';
import type { Settings, StageSettings } from '../../core/settings/settings.ts';
import type { SweepMember } from '../../core/sweep/sweep.ts';
import { isMap, splitPointer, type JsonPointer, type Value, type ValueMap } from '../../core/value.ts';
import type { OpenTemplate } from './open-template.ts';

/** Where the settings of an experiment are that no file gave it: `['mem']`, `['stages', 'eval', 'mem']`. */
export function findEditedPaths({ origins: { sources, at } }: Pick<Frozen, 'origins'>): string[][] {
  return Object.entries(at).flatMap(([path, [source]]) => {
    const keys = splitPointer(path as JsonPointer);
    return sources[source] === COMMAND_LINE && keys[0] !== 'params' ? [keys] : [];
  });
}

/** The resources that an experiment was given by hand, as its template takes them. */
export function getEditedResources(template: OpenTemplate, config: Frozen): SweepMember {
  const stages = Object.keys(template.loaded.settings.value.stages ?? {});
  return new Map(
    findEditedPaths(config).flatMap((path) => {
      const value = resourceAt(config.settings, path, stages);
      return value === undefined ? [] : [[path.join('.'), { value }]];
    }),
  );
}

/** Undefined for what is no resource, or is one of a stage that the template does not have. */
function resourceAt({ resources, stages = {} }: Settings, path: string[], known: readonly string[]): Value | undefined {
  const [first = '', stage = '', ...rest] = path;
  const ofStage = first === 'stages' && known.includes(stage);
  const [from, keys] = ofStage ? [stages[stage]?.resources, rest] : [resources, path];
  if (from === undefined || !RESOURCE_KEYS.includes(keys[0] ?? '')) return undefined;
  return keys.reduce<Value | undefined>((value, key) => (isMap(value) ? value[key] : undefined), from as ValueMap);
}

/**
 * Settings with those in their place that an experiment was given by hand and that are no resources. What it starts from
 * stays, too: that was found when it was made.
 */
export function withByHand({ start_from: _start, ...settings }: Settings, config: Frozen): Settings {
  const { start_from } = config.settings;
  return findEditedPaths(config).reduce<Settings>(
    (changed, path) => withGiven(changed, config.settings, path),
    start_from === undefined ? settings : { ...settings, start_from },
  );
}

function withGiven(settings: Settings, given: Settings, path: readonly string[]): Settings {
  const [first = '', name = '', ...rest] = path;
  const { command } = given;
  if (first === 'command' && command !== undefined) {
    const { stages: _stages, ...others } = settings;
    return { ...others, command };
  }
  const [stage, own] = [settings.stages?.[name], given.stages?.[name]];
  if (first !== 'stages' || own === undefined) return withAsked(settings, given, path);
  // A stage whose command was given by hand is no stage of the template.
  const changed = rest[0] === 'command' ? { ...stage, ...own } : stage && withAsked<StageSettings>(stage, own, rest);
  return changed === undefined ? settings : { ...settings, stages: { ...settings.stages, [name]: changed } };
}

/** `--set environment.venv=…` changes that part alone; `--launcher srun` changes all of it. */
export function withAsked<T extends Settings | StageSettings>(
  settings: T,
  composed: T,
  [first = '', part]: readonly string[],
): T {
  const key = first.replaceAll('-', '_');
  if (!RUN_KEYS.includes(key) && key !== 'code' && key !== 'start_from') return settings;
  const [old, asked] = [settings, composed].map(
    (from) => (from as unknown as { [key: string]: ValueMap | undefined })[key],
  );
  if (part === undefined || old === undefined || asked === undefined) return { ...settings, [key]: asked };
  const name = part.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = asked[name] ?? asked[part];
  return { ...settings, [key]: { ...old, [name in asked ? name : part]: value } };
}
