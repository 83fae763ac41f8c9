import { isWandbTag } from '../../core/validation/integration-settings.ts';
import type { MlflowSettings, WandbSettings } from '../../core/settings/integrations.ts';
import { withoutUndefined, type Scalar } from '../../core/value.ts';
import type { RunInput } from './run-input.ts';
import { quoteSingle } from '../shell/quote.ts';

type Variables = { readonly [name: string]: string };

/** Variables that tell trackers which run this is, and where to send it. What the user exports takes precedence. */
export function renderTrackerLines(run: RunInput): string[] {
  const { wandb, mlflow } = run.stage.run.integrations ?? {};
  const own = run.stage.run.environment?.exports ?? {};
  const identity = without(own, {
    WANDB_RUN_ID: `${run.key}-${run.stage.name}${run.first === 1 ? '' : `-${run.first}`}`,
    WANDB_RESUME: 'allow',
    WANDB_NAME: run.expId,
  });
  const defaults = without(own, {
    ...(wandb ? wandbVariables(wandb, run) : {}),
    ...(mlflow?.env ? mlflowVariables(mlflow, run) : {}),
  });
  return [
    ...(Object.keys(identity).length === 0
      ? []
      : ['# For W&B, requeues and retries of the same code are one run.', exported(identity)]),
    ...Object.entries(defaults).map(([name, value]) => unlessSet(name, quoteSingle(value))),
    ...(wandb && !('WANDB_DIR' in own) ? [unlessSet('WANDB_DIR', '"$SHEAF_OUT"')] : []),
  ];
}

function wandbVariables({ project, entity, mode, group, tags }: WandbSettings, run: RunInput): Variables {
  const all = [...new Set([...tags, ...run.tags.filter(isWandbTag)])];
  return withoutUndefined({
    WANDB_PROJECT: project,
    WANDB_ENTITY: entity,
    WANDB_MODE: mode,
    WANDB_RUN_GROUP: group ?? run.sweep,
    WANDB_TAGS: all.length === 0 ? undefined : all.join(','),
  });
}

/** `MLFLOW_RUN_ID` comes from the server: it is not known here. */
function mlflowVariables({ trackingUri, experiment }: MlflowSettings, run: RunInput): Variables {
  return withoutUndefined({
    MLFLOW_TRACKING_URI: trackingUri,
    MLFLOW_EXPERIMENT_NAME: experiment,
    MLFLOW_RUN_NAME: run.expId,
  });
}

/** The folder for event files, by hand too. Hugging Face's Trainer reads the second name. */
export function renderEventFolderLines({ stage }: RunInput): string {
  const { environment, integrations } = stage.run;
  if (!integrations?.tensorboard?.env) return '';
  const isOwn = 'TENSORBOARD_LOGGING_DIR' in (environment?.exports ?? {});
  return [
    '\nexport SHEAF_TENSORBOARD="$SHEAF_OUT/tensorboard"',
    ...(isOwn ? [] : [unlessSet('TENSORBOARD_LOGGING_DIR', '"$SHEAF_TENSORBOARD"')]),
  ].join('\n');
}

function without(own: { readonly [name: string]: Scalar }, variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !(name in own)));
}

function exported(variables: Variables): string {
  const words = Object.entries(variables).map(([name, value]) => `${name}=${quoteSingle(value)}`);
  return `export ${words.join(' ')}`;
}

function unlessSet(name: string, word: string): string {
  return `[ -n "\${${name}+set}" ] || export ${name}=${word}`;
}
