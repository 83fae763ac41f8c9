import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, projectPaths } from '../../src/store/index.ts';
import { config, created } from '../support/events.ts';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

/** Three checkpoints; the one in the middle is the best. */
const PRETRAIN = `for step in 1000 2000 3000; do
  echo "weights $step" > "$SHEAF_OUT/ck_$step.pt"
  case $step in 2000) acc=0.9 ;; *) acc=0.5 ;; esac
  echo "{\\"step\\": $step, \\"val_acc\\": $acc}" >> "$SHEAF_METRICS"
done
`;

const FILES = {
  'sheaf.yaml': 'scheduler: local\nmonitor: false\n',
  'templates/pretrain.yaml': `seed: 0
command: bash pretrain.sh
checkpoint: { files: 'ck_{step}.pt' }
harvest:
  val_acc: { jsonl: metrics.jsonl, pick: max, mode: max }
`,
  'templates/finetune.yaml': `lr: 0.1
command: bash finetune.sh {{ flags }}
checkpoint: { files: 'own_{step}.pt' }
`,
  'pretrain.sh': PRETRAIN,
  'finetune.sh': `echo "$*: $SHEAF_START_FROM: $(cat "$SHEAF_START_FROM")"; cp "$SHEAF_START_FROM" "$SHEAF_OUT/own_1.pt"\n`,
};

/** A project in which `pretrain` has run. */
async function pretrained(files: Readonly<Record<string, string>> = {}): Promise<TestFolder> {
  const folder = testFolder({ ...FILES, ...files });
  expect(await folder.sheaf(['run', 'pretrain', 'pretrain'])).toMatchObject({ exitCode: 0 });
  return folder;
}

function checkpoint(folder: TestFolder, step: number): string {
  return join(folder.path, `experiments/pretrain/attempts/train-1/ck_${step}.pt`);
}

function output(folder: TestFolder, expId: string, attempt = 'train-1'): string {
  return readFileSync(join(folder.path, `experiments/${expId}/attempts/${attempt}/out.log`), 'utf8');
}

interface Shown {
  readonly starts_from: readonly {
    readonly exp_id: string;
    readonly step: number | null;
    readonly asked: string;
    readonly metric: { readonly name: string; readonly value: number; readonly step: number } | null;
  }[];
  readonly used_by: readonly string[];
}

async function shown(folder: TestFolder, expId: string): Promise<Shown> {
  return (JSON.parse((await folder.sheaf(['show', expId, '--json'])).stdout) as { data: Shown }).data;
}

/** The code of the error. */
function codeOf({ stderr }: Ran): string | undefined {
  return (JSON.parse(stderr) as { error?: { code: string } }).error?.code;
}

test('an experiment starts from the newest checkpoint of another one, the best, one at a step, or a pinned one', async () => {
  const folder = await pretrained();
  await folder.sheaf(['checkpoints', 'pin', 'pretrain', '1000', '--as', 'teacher']);
  const asked = { a: 'pretrain', b: 'pretrain@best', c: 'pretrain@1000', d: 'pretrain@teacher', e: 'teacher' };
  for (const [expId, start] of Object.entries(asked))
    expect(await folder.sheaf(['new', 'finetune', expId, '--start-from', start])).toMatchObject({ exitCode: 0 });
  expect(await folder.sheaf(['submit', ...Object.keys(asked), '--wait'])).toMatchObject({ exitCode: 0 });
  const steps = { a: 3000, b: 2000, c: 1000, d: 1000, e: 1000 };
  for (const [expId, step] of Object.entries(steps))
    expect(output(folder, expId)).toBe(`--lr 0.1: ${checkpoint(folder, step)}: weights ${step}\n`);
  expect((await shown(folder, 'b')).starts_from).toMatchObject([
    { exp_id: 'pretrain', step: 2000, asked: 'pretrain@best', metric: { name: 'val_acc', value: 0.9, step: 2000 } },
  ]);
  expect((await shown(folder, 'pretrain')).used_by).toEqual(['a', 'b', 'c', 'd', 'e']);
  const list = ['list', '--columns', 'exp_id,start_from', '--where', 'start_from ~ "pretrain*"'];
  expect((await folder.sheaf([...list, '--sort', 'exp_id'])).stdout).toMatch(/a\s+pretrain@3000\n/);
  expect((await folder.sheaf(['show', 'b'])).stdout).toContain(
    'starts from  pretrain@2000 (best val_acc 0.9 at step 2000)',
  );
});

test('show prints a chain of experiments, and clone and rerun start from the same file', async () => {
  const folder = await pretrained();
  await folder.sheaf(['run', 'finetune', 'middle', '--start-from', 'pretrain@2000']);
  await folder.sheaf(['run', 'finetune', 'last', '--start-from', 'middle']);
  expect((await folder.sheaf(['show', 'last'])).stdout).toContain(
    'starts from  middle@1 ← pretrain@2000 (val_acc 0.9 at step 2000)\n',
  );
  // A newer checkpoint makes no difference to what repeats an experiment.
  writeFileSync(join(dirname(checkpoint(folder, 1)), 'ck_9000.pt'), 'weights 9000\n');
  await folder.sheaf(['run', 'finetune', 'newest', '--start-from', 'pretrain']);
  writeFileSync(join(dirname(checkpoint(folder, 1)), 'ck_9001.pt'), 'weights 9001\n');
  await folder.sheaf(['clone', 'newest', 'cloned', '--lr', '0.2']);
  await folder.sheaf(['rerun', 'newest', 'again']);
  await folder.sheaf(['clone', 'newest', 'anew', '--start-from', 'pretrain']);
  const starts = [];
  for (const expId of ['newest', 'cloned', 'again', 'anew']) {
    const [start] = (await shown(folder, expId)).starts_from;
    starts.push([expId, start?.step]);
  }
  expect(starts).toEqual([
    ['newest', 9000],
    ['cloned', 9000],
    ['again', 9000],
    ['anew', 9001],
  ]);
  const { data } = JSON.parse((await folder.sheaf(['diff', 'newest', 'anew', '--json'])).stdout) as {
    data: { settings: readonly { readonly name: string; readonly before: string }[] };
  };
  expect(data.settings).toMatchObject([{ name: 'start_from' }]);
  expect(data.settings[0]?.before).toMatch(
    /^pretrain@9000, attempts\/train-1\/ck_9000\.pt of 20\S+ \d\d:\d\d:\d\d [+-]\d\d:\d\d$/,
  );
  expect((await folder.sheaf(['compare', 'newest', 'anew'])).stdout).toContain('start_from');
});

test('the members of a sweep start from the same file, also those that are added later', async () => {
  const folder = await pretrained();
  await folder.sheaf(['sweep', 'finetune', 's', '--grid', 'start_from=pretrain,pretrain@1000', '--grid', 'lr=1,2']);
  writeFileSync(join(dirname(checkpoint(folder, 1)), 'ck_9000.pt'), 'weights 9000\n');
  await folder.sheaf(['sweep', 'extend', 's', '--grid', 'lr=3']);
  const list = ['list', '--sweep', 's', '--columns', 'lr,start_from', '--json'];
  const { data } = JSON.parse((await folder.sheaf(list)).stdout) as {
    data: readonly { lr: number; start_from: string }[];
  };
  const pairs = data.map((row) => `${row.lr} ${row.start_from}`).toSorted();
  expect(pairs).toEqual([1, 2, 3].flatMap((lr) => [`${lr} pretrain@1000`, `${lr} pretrain@3000`]));
});

test('a checkpoint that was deleted or written again is refused before anything is submitted', async () => {
  const folder = await pretrained();
  await folder.sheaf(['new', 'finetune', 'a', '--start-from', 'pretrain@2000']);
  await folder.sheaf(['new', 'finetune', 'b', '--start-from', 'pretrain@3000']);
  appendFileSync(checkpoint(folder, 2000), 'more\n');
  rmSync(checkpoint(folder, 3000));
  const changed = await folder.sheaf(['submit', 'a', '--json']);
  expect(codeOf(changed)).toBe('start.changed');
  const gone = await folder.sheaf(['submit', 'b']);
  expect(gone.exitCode).toBe(2);
  expect(gone.stderr).toContain(
    'the checkpoint pretrain@3000 is gone: experiments/pretrain/attempts/train-1/ck_3000.pt',
  );
  expect(gone.stderr).toContain('sheaf clone b --start-from pretrain@newest');
  expect(codeOf(await folder.sheaf(['clone', 'b', 'c', '--json']))).toBe('start.gone');
  const list = await folder.sheaf(['list', '--columns', 'exp_id,status', '--where', 'status = created']);
  expect(list.stdout.match(/^[ab]\tcreated$/gm)).toHaveLength(2);
  const retried = await folder.sheaf(['clone', 'b', 'd', '--start-from', 'pretrain@newest']);
  expect(retried.exitCode).toBe(0);
});

test('a job whose checkpoint vanishes while it waits ends without running its program', async () => {
  const folder = await pretrained();
  const run = ['run', 'finetune', 'a', '--start-from', 'pretrain@2000'];
  await folder.sheaf([...run, '--hold', '--detach']);
  rmSync(checkpoint(folder, 2000));
  await folder.sheaf(['release', 'a']);
  await folder.sheaf(['wait', 'a']);
  const { stdout } = await folder.sheaf(['show', 'a']);
  expect(stdout).toContain('the checkpoint to start from is gone');
  expect(stdout).toMatch(/status +failed · launch/);
});

test('a run that resumes no longer needs the checkpoint that it started from', async () => {
  const folder = await pretrained({
    'finetune.sh': `[ -n "$SHEAF_CHECKPOINT" ] && exit 0; cp "$SHEAF_START_FROM" "$SHEAF_OUT/own_1.pt"; exit 3\n`,
  });
  await folder.sheaf(['run', 'finetune', 'a', '--start-from', 'pretrain']);
  rmSync(checkpoint(folder, 3000));
  expect(await folder.sheaf(['retry', 'a', '--wait'])).toMatchObject({ exitCode: 0 });
});

test('a project that was moved finds the checkpoint in its new place, also by hand', async () => {
  const folder = await pretrained();
  await folder.sheaf(['new', 'finetune', 'a', '--start-from', 'pretrain']);
  const moved = join(dirname(folder.path), 'moved');
  renameSync(folder.path, moved);
  mkdirSync(folder.path);
  const there = { cwd: '../moved' };
  expect(await folder.sheaf(['submit', 'a', '--wait'], there)).toMatchObject({ exitCode: 0 });
  const attempt = join(moved, 'experiments/a/attempts/train-1');
  expect(readFileSync(join(attempt, 'out.log'), 'utf8')).toContain(`: ${moved}/experiments/pretrain/`);
  const byHand = await folder.run(['bash', join(attempt, 'run.sh')], { env: { SHEAF_PROJECT: moved } });
  expect(byHand.stdout).toContain('weights 3000');
  await folder.sheaf(['cancel', '--where', 'status in (queued, running)', '--yes'], there);
});

test('what cannot be found is refused with what to do, and nothing is made', async () => {
  const folder = await pretrained();
  await folder.sheaf(['new', 'pretrain', 'waiting']);
  const refused = async (start: string): Promise<string> => {
    const { exitCode, stderr } = await folder.sheaf(['new', 'finetune', 'x', '--start-from', start]);
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await refused('pretrian')).toMatch(/did you mean pretrain\?\n.*params: \{start_from: pretrian\}/);
  expect(await refused('pretrain@7')).toContain('sheaf checkpoints list pretrain');
  expect(await refused('pretrain@bset')).toContain('did you mean best?');
  expect(await refused('waiting')).toContain('it was never submitted');
  await folder.sheaf(['run', 'finetune', 'unmeasured', '--start-from', 'pretrain']);
  expect(await refused('unmeasured@best')).toContain('sheaf checkpoints');
  expect((await folder.sheaf(['list', '--json'])).stdout).not.toContain('"x"');
});

test.each([
  ['start_from: 0.5', 'params: {start_from: …}'],
  ['inputs: 3', 'params: {inputs: …}'],
  ['checkpoint: 7', 'params: {checkpoint: …}'],
])('a template with the parameter %s gets an error that names params:', async (line, fix) => {
  const folder = testFolder({ ...FILES, 'templates/old.yaml': `${line}\ncommand: echo {{ flags }}\n` });
  const { exitCode, stderr } = await folder.sheaf(['new', 'old']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(fix);
});

test('parameters with the names of the keys reach the program, and the keys themselves do not', async () => {
  const folder = await pretrained({
    'templates/both.yaml': `params: { start_from: 0.5, inputs: 3, checkpoint: x }
start_from: pretrain@1000
inputs: { code: finetune.sh }
checkpoint: 'own_{step}.pt'
command: echo {{ flags }} and {{ hydra }}
`,
  });
  await folder.sheaf(['run', 'both', 'a']);
  expect(output(folder, 'a')).toBe(
    '--start-from 0.5 --inputs 3 --checkpoint x and start_from=0.5 inputs=3 checkpoint=x\n',
  );
});

test('experiments whose parameters have the names of newer keys load, list, rerun and submit as before', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', 'pretrain', 'other']);
  const params = { start_from: 0.5, inputs: 3, checkpoint: 'x' };
  const settings = { resources: {}, command: 'echo {{ flags }}' };
  {
    using store = await openStore(projectPaths(folder.path, join(folder.path, 'experiments')), { env: folder.env });
    await store.append([{ ...created('old'), config: { ...config, template: 'gone', params, settings } }]);
  }
  const list = await folder.sheaf([
    'list',
    '--columns',
    'exp_id,params.start_from,inputs,start_from',
    '--where',
    'exp_id = old',
    '--json',
  ]);
  expect(JSON.parse(list.stdout)).toMatchObject({
    data: [{ exp_id: 'old', 'params.start_from': 0.5, inputs: 3, start_from: null }],
  });
  expect(await folder.sheaf(['submit', 'old', '--wait'])).toMatchObject({ exitCode: 0 });
  expect(await folder.sheaf(['rerun', 'old', 'again'])).toMatchObject({ exitCode: 0 });
  expect(await folder.sheaf(['submit', 'again', '--wait'])).toMatchObject({ exitCode: 0 });
  for (const expId of ['old', 'again'])
    expect(output(folder, expId)).toBe('--start-from 0.5 --inputs 3 --checkpoint x\n');
  expect((await shown(folder, 'old')).starts_from).toEqual([]);
});
