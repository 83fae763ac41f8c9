import { describe, expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { parseAccounts } from './sacct.ts';
import { parseQueue } from './squeue.ts';
import { interpretState, type StateMeaning } from './states.ts';

const pending: StateMeaning = { kind: 'pending' };
const held: StateMeaning = { kind: 'pending', held: true };
const running: StateMeaning = { kind: 'running' };

describe('states that Slurm 24.11 printed', () => {
  test.each<[string, string, StateMeaning]>([
    ['PENDING', 'PD', pending],
    ['CONFIGURING', 'CF', running],
    ['RUNNING', 'R', running],
    ['SUSPENDED', 'S', running],
    ['COMPLETING', 'CG', running],
    ['COMPLETED', 'CD', { kind: 'ended', state: 'completed' }],
    ['FAILED', 'F', { kind: 'ended', state: 'failed' }],
    ['TIMEOUT', 'TO', { kind: 'ended', state: 'timeout' }],
    ['DEADLINE', 'DL', { kind: 'ended', state: 'timeout' }],
    ['CANCELLED', 'CA', { kind: 'ended', state: 'cancelled' }],
    ['OUT_OF_MEMORY', 'OOM', { kind: 'ended', state: 'out_of_memory' }],
    ['NODE_FAIL', 'NF', { kind: 'ended', state: 'node_fail' }],
    ['PREEMPTED', 'PR', { kind: 'ended', state: 'preempted' }],
    ['REQUEUED', 'RQ', pending],
    ['SPECIAL_EXIT', 'SE', held],
    ['RESV_DEL_HOLD', 'RD', held],
  ])('%s, %s', (word, letters, meaning) => {
    expect(interpretState(word)).toEqual(meaning);
    expect(interpretState(letters)).toEqual(meaning);
  });

  test('a state may say who did it', () => {
    expect(interpretState('CANCELLED by 1000')).toEqual(interpretState('CANCELLED'));
    expect(interpretState(' PENDING ')).toEqual(pending);
  });

  test('all that were recorded are known', () => {
    const queue = ['squeue-tasks.txt', 'squeue-nodefail.txt', 'squeue-oom.txt', 'squeue-completing.txt'];
    const accounts = ['sacct.txt', 'sacct-nodefail.txt', 'sacct-oom.txt', 'sacct-launch.txt'];
    const words = [
      ...queue.flatMap((file) => parseQueue(recorded(file))),
      ...accounts.flatMap((file) => parseAccounts(recorded(file))),
    ].map(({ state }) => state);
    expect(words.filter((word) => interpretState(word).kind === 'unknown')).toEqual([]);
  });
});

describe('states that are documented, not seen here', () => {
  test.each<[string, string | undefined, StateMeaning]>([
    ['BOOT_FAIL', 'BF', { kind: 'ended', state: 'node_fail' }],
    ['REVOKED', 'RV', { kind: 'ended', state: 'cancelled' }],
    ['LAUNCH_FAILED', undefined, { kind: 'ended', state: 'launch' }],
    ['RECONFIG_FAIL', undefined, { kind: 'ended', state: 'launch' }],
    ['REQUEUE_FED', 'RF', pending],
    ['REQUEUE_HOLD', 'RH', held],
    ['RESIZING', 'RS', running],
    ['SIGNALING', 'SI', running],
    ['STAGE_OUT', 'SO', running],
    ['STOPPED', 'ST', running],
    ['EXPEDITING', undefined, running],
  ])('%s, %s', (word, letters, meaning) => {
    expect(interpretState(word)).toEqual(meaning);
    if (letters !== undefined) expect(interpretState(letters)).toEqual(meaning);
  });

  test.each(['POWER_UP_NODE', 'UPDATE_DB', 'QUANTUM_LEAP', ''])('%s is no end', (word) => {
    expect(interpretState(word)).toEqual({ kind: 'unknown' });
  });
});
