import type { TrackerName } from '../../core/settings/harvest-rule.ts';
import { gpu } from './gpu/gpu.ts';
import { huggingface } from './huggingface.ts';
import { lightning } from './lightning.ts';
import { metrics } from './metrics.ts';
import { mlflow } from './mlflow.ts';
import { tensorboard } from './tensorboard.ts';
import type { Tracker } from './common/tracker.ts';
import { wandb } from './wandb/wandb.ts';

/** Every logger and tracker whose folders can be read: a new one is a file beside this one and a line here. */
export const TRACKERS: { readonly [name in TrackerName]: Tracker } = {
  tensorboard,
  lightning,
  huggingface,
  wandb,
  mlflow,
  metrics,
  gpu,
};
