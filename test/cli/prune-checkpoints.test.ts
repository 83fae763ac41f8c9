import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

/** A run that saves a checkpoint of a megabyte at each step, and logs the accuracy at it. */
const train = (keep = ''): string => `exit: 0
command: |
  mkdir -p "$SHEAF_OUT/checkpoints"
  for step in 100 200 300 400; do
    head -c 1048576 /dev/zero > "$SHEAF_OUT/checkpoints/ck_$step.pt"
    echo "{\\"step\\": $step, \\"acc\\": 0.$((step == 200 ? 9 : 5))}" >> "$SHEAF_OUT/metrics.jsonl"
  done
  echo "$SHEAF_CHECKPOINT" > "$SHEAF_OUT/resumed"
  exit {{ exit }}
checkpoint:
  files: 'checkpoints/ck_{step}.pt'
${keep}harvest:
  acc: { jsonl: metrics.jsonl, key: acc, series: true, mode: max }
`;

function folderWith(keep?: string): TestFolder {
  return testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': train(keep) });
}

function steps({ path }: TestFolder, id: string): number[] {
  const found = globSync('attempts/*/checkpoints/ck_*.pt', { cwd: join(path, 'experiments', id) });
  return found.map((file) => Number(/_(\d+)\./.exec(file)?.[1])).toSorted((a, b) => a - b);
}

async function must(folder: TestFolder, ...words: readonly string[]): Promise<string> {
  const ran = await folder.sheaf(words);
  expect(ran).toMatchObject({ exitCode: 0 });
  return ran.stdout + ran.stderr;
}

describe('sheaf checkpoints prune', () => {
  test('shows what goes and what stays, needs --yes without a terminal, and frees the space', async () => {
    const folder = folderWith();
    await must(folder, 'run', 't', '--exp-id', 'a');
    const keep = ['checkpoints', 'prune', '--keep-best', '1', '--keep-last', '1'];
    const shown = await must(folder, ...keep, '--dry-run', '--verbose');
    expect(shown).toContain('Would delete 2 checkpoints of 1 experiment, 2.0 MiB');
    expect(shown).toMatch(/deletes {2}attempts\/train-1\/checkpoints\/ck_100\.pt {2}step 100/);
    expect(shown).toMatch(/keeps .*ck_200\.pt .*one of the best/);
    const unanswered = await folder.sheaf(keep);
    expect(unanswered).toMatchObject({ exitCode: 2 });
    expect(unanswered.stderr).toContain('this would delete 2 checkpoints of 1 experiment, 2.0 MiB');
    expect(steps(folder, 'a')).toEqual([100, 200, 300, 400]);
    expect(await must(folder, ...keep, '--yes')).toContain('Deleted 2 checkpoints of 1 experiment, 2.0 MiB');
    expect(steps(folder, 'a')).toEqual([200, 400]);
    expect(await must(folder, 'show', 'a')).toMatch(/deleted +2 checkpoints, 2.0 MiB/);
    expect(await must(folder, 'show', 'a', '--events')).toContain('deleted 2 checkpoints');
    expect(await must(folder, ...keep, '--yes', '--verbose')).toMatch(
      /Nothing to delete\n[^]*keeps .*ck_200\.pt .*one of the best[^]*keeps .*ck_400\.pt .*the newest/,
    );
    const { stdout } = await folder.sheaf([...keep, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      data: {
        unchanged: 1,
        unchanged_experiments: [{ exp_id: 'a', kept: [{ reasons: ['best'] }, { reasons: ['newest', 'last'] }] }],
      },
    });
  });

  test('never deletes a pinned checkpoint, and a retry resumes from the newest that a failed run keeps', async () => {
    const folder = folderWith('  keep: { last: 1 }\n');
    await folder.sheaf(['run', 't', '--exp-id', 'a', '--exit', '1']);
    await must(folder, 'checkpoints', 'pin', 'a', '100', '--as', 'first');
    const { stdout } = await folder.sheaf(['checkpoints', 'prune', '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'sheaf.checkpoints-prune/1',
      data: {
        experiments: [
          {
            exp_id: 'a',
            deleted: [{ step: 200 }, { step: 300 }],
            kept: [{ reasons: ['pinned first'] }, { reasons: ['newest', 'last'] }],
          },
        ],
        freed_bytes: 2 * 1_048_576,
      },
    });
    expect(steps(folder, 'a')).toEqual([100, 400]);
    await folder.sheaf(['retry', 'a', '--wait']);
    const { stdout: resumed } = await folder.run(['cat', 'experiments/a/attempts/train-2/resumed']);
    expect(resumed).toContain('attempts/train-1/checkpoints/ck_400.pt');
  });

  test('says what to write if nothing says what to keep', async () => {
    const folder = folderWith();
    await must(folder, 'run', 't', '--exp-id', 'a');
    expect(await must(folder, 'checkpoints', 'prune', '--yes')).toMatch(
      /Nothing to delete[^]*keep: \{best: 1, last: 2\}/,
    );
  });

  test('happens by itself when an experiment completes, if the policy says auto: true', async () => {
    const folder = folderWith('  keep: { best: 1, last: 1, auto: true }\n');
    expect(await must(folder, 'run', 't', '--exp-id', 'a')).toContain(
      'a: 2 checkpoints deleted by policy, 2.0 MiB freed',
    );
    expect(steps(folder, 'a')).toEqual([200, 400]);
    await must(
      folder,
      'sweep',
      '--template',
      't',
      '--name',
      's',
      '--grid',
      'exit=0,1',
      '--id',
      'm{exit}',
      '--submit',
      '--yes',
    );
    await folder.sheaf(['wait', '--sweep', 's']);
    expect([steps(folder, 'm0'), steps(folder, 'm1')]).toEqual([
      [200, 400],
      [100, 200, 300, 400],
    ]);
    await must(folder, 'new', '--template', 't', '--exp-id', 'b');
    await must(folder, 'submit', 'b');
    // Only status may find out that it has completed.
    await folder.run(['bash', '-c', 'until [ -e experiments/b/attempts/train-1/ended.json ]; do sleep 0.1; done']);
    await must(folder, 'status');
    expect(steps(folder, 'b')).toEqual([200, 400]);
  });

  test('hides what it sets aside from the pattern of a job', async () => {
    const folder = testFolder({
      'sheaf.yaml': 'scheduler: local\n',
      'templates/t.yaml': `n: 1\ncommand: |\n  touch "$SHEAF_DIR/old_$SHEAF_ATTEMPT.pt"\n  echo "from=$SHEAF_CHECKPOINT"; exit 1\ncheckpoint: '**/*.pt'\n`,
    });
    await folder.sheaf(['run', 't', '--exp-id', 'a']);
    await folder.run(['bash', '-c', 'cd experiments/a; mkdir -p .pruned/b/0.1; mv old_1.pt .pruned/b/0.1']);
    await folder.sheaf(['retry', 'a', '--wait']);
    const { stdout } = await folder.run(['cat', 'experiments/a/attempts/train-2/out.log']);
    expect(stdout).toContain('from=\n');
    expect(await must(folder, 'checkpoints', 'list', 'a')).not.toContain('old_1.pt');
    expect(existsSync(join(folder.path, 'experiments/a/.pruned/b/0.1/old_1.pt'))).toBe(true);
  });
});
