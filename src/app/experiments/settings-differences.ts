import { areEqual, type Value, type ValueMap, withoutUndefined } from '../../core/value.ts';
import type { RunSettings, Settings } from '../../core/settings/settings.ts';

/** A reserved key that is not the same; undefined when it is not set. */
export interface SettingDifference {
  readonly name: string;
  readonly before?: Value;
  readonly after?: Value;
}

/**
 * Reserved keys that differ, by name: resources, command, launcher, environment, … Which checkpoints to keep is not among
 * them, since the template of today says so for all experiments.
 */
export function compareSettings(before: Settings, after: Settings): SettingDifference[] {
  const [a, b] = [flat(withoutKeep(before)), flat(withoutKeep(after))];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !areEqual(a[name], b[name]))
    .map((name) => withoutUndefined({ name, before: a[name], after: b[name] }));
}

function withoutKeep({ stages, ...settings }: Settings): Settings {
  const own = Object.entries(stages ?? {}).map(([name, stage]) => [name, omitKeep(stage)] as const);
  return { ...omitKeep(settings), ...(stages && { stages: Object.fromEntries(own) }) };
}

function omitKeep<T extends RunSettings>(settings: T): T {
  const { keep: _keep, ...checkpoint } = settings.checkpoint ?? {};
  return settings.checkpoint === undefined ? settings : { ...settings, checkpoint };
}

/** By the names of templates, one level of maps taken apart: `environment.venv`. */
function flat({ resources, ...run }: Settings): ValueMap {
  const maps = { ...run } as unknown as { readonly [name: string]: Value };
  const parts = Object.entries(maps).flatMap(([name, value]): [string, Value][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([part, inner]): [string, Value] => [`${name}.${snakeCase(part)}`, inner as Value])
      : [[name, value]],
  );
  return { ...(resources as ValueMap), ...Object.fromEntries(parts) };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
