import type { AccountedState } from '../../../core/experiment/facts.ts';

/** What a state of Slurm means for a job. `ended` may still be followed by a requeue under the same id. */
export type StateMeaning =
  | { readonly kind: 'pending'; readonly held?: true }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly state: AccountedState }
  /** A state that this version does not know: it never counts as an end. */
  | { readonly kind: 'unknown' };

const MEANINGS: Readonly<Record<string, StateMeaning>> = {
  PENDING: { kind: 'pending' },
  REQUEUED: { kind: 'pending' },
  REQUEUE_FED: { kind: 'pending' },
  REQUEUE_HOLD: { kind: 'pending', held: true },
  SPECIAL_EXIT: { kind: 'pending', held: true },
  RESV_DEL_HOLD: { kind: 'pending', held: true },
  CONFIGURING: { kind: 'running' },
  RUNNING: { kind: 'running' },
  COMPLETING: { kind: 'running' },
  RESIZING: { kind: 'running' },
  SIGNALING: { kind: 'running' },
  STAGE_OUT: { kind: 'running' },
  STOPPED: { kind: 'running' },
  SUSPENDED: { kind: 'running' },
  EXPEDITING: { kind: 'running' },
  COMPLETED: { kind: 'ended', state: 'completed' },
  FAILED: { kind: 'ended', state: 'failed' },
  TIMEOUT: { kind: 'ended', state: 'timeout' },
  DEADLINE: { kind: 'ended', state: 'timeout' },
  CANCELLED: { kind: 'ended', state: 'cancelled' },
  REVOKED: { kind: 'ended', state: 'cancelled' },
  OUT_OF_MEMORY: { kind: 'ended', state: 'out_of_memory' },
  NODE_FAIL: { kind: 'ended', state: 'node_fail' },
  BOOT_FAIL: { kind: 'ended', state: 'node_fail' },
  PREEMPTED: { kind: 'ended', state: 'preempted' },
  LAUNCH_FAILED: { kind: 'ended', state: 'launch' },
  RECONFIG_FAIL: { kind: 'ended', state: 'launch' },
};

const COMPACT: Readonly<Record<string, string>> = {
  BF: 'BOOT_FAIL',
  CA: 'CANCELLED',
  CD: 'COMPLETED',
  CF: 'CONFIGURING',
  CG: 'COMPLETING',
  DL: 'DEADLINE',
  F: 'FAILED',
  NF: 'NODE_FAIL',
  OOM: 'OUT_OF_MEMORY',
  PD: 'PENDING',
  PR: 'PREEMPTED',
  R: 'RUNNING',
  RD: 'RESV_DEL_HOLD',
  RF: 'REQUEUE_FED',
  RH: 'REQUEUE_HOLD',
  RQ: 'REQUEUED',
  RS: 'RESIZING',
  RV: 'REVOKED',
  S: 'SUSPENDED',
  SE: 'SPECIAL_EXIT',
  SI: 'SIGNALING',
  SO: 'STAGE_OUT',
  ST: 'STOPPED',
  TO: 'TIMEOUT',
};

/** @param word as Slurm's tools print it: `CANCELLED by 1000`, `PENDING`, `PD` */
export function interpretState(word: string): StateMeaning {
  const name = word.trim().split(/[ +]/, 1)[0] ?? '';
  return MEANINGS[COMPACT[name] ?? name] ?? { kind: 'unknown' };
}
