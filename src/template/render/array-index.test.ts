import { describe, expect, test } from 'vitest';
import { findArrayFaults } from './array-index.ts';

/** The names that a text is refused for, each with the text from there on. */
function refused(text: string): string[] {
  return findArrayFaults(text).map(({ offset, message }) => {
    const name = /SLURM_ARRAY_\w+/.exec(message)?.[0] ?? '';
    expect(text.slice(offset, offset + name.length)).toBe(name);
    return name;
  });
}

describe('a script that reads a variable of a job array is refused', () => {
  test.each([
    ['python3 train.py --seed ${SEEDS[$SLURM_ARRAY_TASK_ID]}', ['SLURM_ARRAY_TASK_ID']],
    ['x=${SLURM_ARRAY_TASK_ID:-0}', ['SLURM_ARRAY_TASK_ID']],
    ['((i = SLURM_ARRAY_TASK_ID + 1))', ['SLURM_ARRAY_TASK_ID']],
    [`python3 -c 'import os; print(os.environ["SLURM_ARRAY_TASK_ID"])'`, ['SLURM_ARRAY_TASK_ID']],
    ['cat <<END\n$SLURM_ARRAY_JOB_ID\nEND', ['SLURM_ARRAY_JOB_ID']],
    [
      '--shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT ${SLURM_ARRAY_TASK_ID}',
      ['SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_COUNT'],
    ],
    ['export SLURM_ARRAY_TASK_ID=${SLURM_ARRAY_TASK_ID:-0}', ['SLURM_ARRAY_TASK_ID']],
    ['echo $SLURM_ARRAY_TASK_ID\nSLURM_ARRAY_TASK_ID=1', ['SLURM_ARRAY_TASK_ID']],
    ['SLURM_ARRAY_TASK_ID=1 python3 train.py $SLURM_ARRAY_TASK_ID', ['SLURM_ARRAY_TASK_ID']],
    ['[ "$SLURM_ARRAY_TASK_ID" == 1 ]', ['SLURM_ARRAY_TASK_ID']],
    ['# sheaf: allow SLURM_ARRAY_JOB_ID\necho $SLURM_ARRAY_TASK_ID', ['SLURM_ARRAY_TASK_ID']],
    ['# sheaf: allow SLURM_ARRAY_TASK_ID\ntrue\necho $SLURM_ARRAY_TASK_ID', ['SLURM_ARRAY_TASK_ID']],
  ])('%j', (text, names) => {
    expect(refused(text)).toEqual(names);
  });
});

describe('a script that reads none of them, gives them a value itself, or says that it means it, is not', () => {
  test.each([
    'echo $SLURM_JOB_ID $SLURM_PROCID $MY_SLURM_ARRAY_TASK_IDS',
    '  # one seed for each $SLURM_ARRAY_TASK_ID',
    'export SLURM_ARRAY_TASK_ID={{ task }}\npython3 train.py ${SEEDS[$SLURM_ARRAY_TASK_ID]}',
    'export SLURM_ARRAY_TASK_ID={{ task }} SLURM_ARRAY_TASK_COUNT=4\necho $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_COUNT',
    'SLURM_ARRAY_TASK_ID={{ task }} python3 train.py',
    'for SLURM_ARRAY_TASK_ID in 1 2; do\n  echo $SLURM_ARRAY_TASK_ID\ndone',
    'echo "task ${SLURM_ARRAY_TASK_ID:-none}" # sheaf: allow SLURM_ARRAY_TASK_ID',
    '# sheaf: allow SLURM_ARRAY_TASK_ID SLURM_ARRAY_JOB_ID\necho "$SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID"',
  ])('%j', (text) => {
    expect(refused(text)).toEqual([]);
  });
});
