import { withoutUndefined } from '../../core/value.ts';
import type { RetryOptions } from '../project/types.ts';
import type { Texts } from './action.ts';

/** How an action has experiments submitted. */
export function getSubmitOptions(action: {
  readonly resources?: Texts;
  readonly maxParallel?: number;
  readonly fresh?: boolean;
}): RetryOptions {
  const { resources: set, maxParallel, fresh } = action;
  return withoutUndefined({ set, maxParallel, fresh });
}
