import type { Resources, RunSettings, Settings } from '../settings/settings.ts';
import { withoutUndefined, type JsonPointer, type ValueMap } from '../value.ts';

/** Where each value came from, kept small: sources are listed once. */
export interface Origins {
  readonly sources: readonly string[];
  /** Pointer → [index of source, line, column]; line and column are absent for values without a file. */
  readonly at: { readonly [path: JsonPointer]: readonly [source: number, line?: number, column?: number] };
}

/** The source of values that were given by hand. */
export const COMMAND_LINE = 'command line';

/** The configuration that freezes when an experiment is made. */
export interface Frozen {
  readonly template: string;
  /** What the training code receives. */
  readonly params: ValueMap;
  /** How a number was written, where `String(value)` would differ: `/learning_rate` → `1e-4`. */
  readonly written: { readonly [path: JsonPointer]: string };
  /** Parameters that only repeat a run (`role: seed` in the schema; by default those with the name of a seed). */
  readonly seeds: readonly string[];
  readonly settings: Settings;
  readonly origins: Origins;
}

/** One step of an experiment, resources merged. */
export interface Stage {
  readonly name: string;
  readonly command: string;
  /** The stage that must complete first. */
  readonly after?: string;
  readonly resources: Resources;
  readonly run: RunSettings;
}

/** The stages of a configuration in the order they run; a lone `command` is the stage `train`. */
export function stagesOf(settings: Settings): readonly Stage[] {
  if (settings.stages === undefined) {
    return settings.command === undefined
      ? []
      : [{ name: 'train', command: settings.command, resources: settings.resources, run: runSettings(settings) }];
  }
  const stages = Object.entries(settings.stages).map(([name, stage]) => ({
    name,
    command: stage.command,
    ...(stage.after === undefined ? {} : { after: stage.after }),
    resources: { ...settings.resources, ...stage.resources },
    run: { ...runSettings(settings), ...runSettings(stage) },
  }));
  return inOrder(stages);
}

function runSettings(settings: RunSettings): RunSettings {
  const { flag_style, launcher, environment, inputs, checkpoint, retry, monitor, script, integrations } = settings;
  return withoutUndefined({
    flag_style,
    launcher,
    environment,
    inputs,
    checkpoint,
    retry,
    monitor,
    script,
    integrations,
  });
}

/** Parents before children; the order as written otherwise. Assumes that `after` names exist and make no cycle. */
function inOrder(stages: readonly Stage[]): Stage[] {
  const done: Stage[] = [];
  const visit = (stage: Stage): void => {
    if (done.includes(stage)) return;
    const parent = stages.find((other) => other.name === stage.after);
    if (parent) visit(parent);
    done.push(stage);
  };
  stages.forEach(visit);
  return done;
}
