import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

/** Measured on an H100, PyTorch 2.11; the last two have no family and an unknown model. */
const ROWS = [
  {
    family: 'vision',
    model: 'resnet50',
    batch_size: 128,
    resolution: 224,
    precision: 'amp_bf16',
    optimizer: 'adamw',
    device_used_gib: 7.77,
    peak_allocated_gib: 5.76,
  },
  {
    family: 'bert',
    model: 'bert-base',
    batch_size: 16,
    seq_len: 512,
    precision: 'tf32',
    optimizer: 'adamw',
    device_used_gib: 7.23,
    peak_reserved_gib: 6.45,
  },
  {
    family: 'llama',
    model: 'my-llama',
    batch_size: 1,
    seq_len: 128,
    precision: 'bf16',
    optimizer: 'sgd',
    params: 120_000_000,
  },
  { model: 'nobody-knows', batch_size: 1, precision: 'bf16', optimizer: 'sgd' },
];

interface Rows {
  readonly data: {
    readonly rows: readonly {
      readonly line: number;
      readonly model: string;
      readonly predicted_gib: number | null;
      readonly basis: string;
      readonly unknown: readonly string[];
    }[];
    readonly evaluation?: { readonly all: { readonly rows: number }; readonly leave_one_family_out: object };
  };
  readonly warnings: readonly string[];
}

function jsonl(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

test('each line of a file gets its estimate; a line without one is reported', async () => {
  const folder = testFolder({ 'rows.jsonl': jsonl([{ header: { context_gib: 0.6 } }, ...ROWS]) });
  const { stdout, exitCode } = await folder.sheaf(['estimate', '--from', 'rows.jsonl', '--json']);
  expect(exitCode).toBe(3);
  const { data, warnings } = JSON.parse(stdout) as Rows;
  expect(data.rows.map(({ line, model }) => [line, model])).toEqual(ROWS.map(({ model }, at) => [at + 2, model]));
  expect(data.rows.map(({ predicted_gib: gib }) => gib === null)).toEqual([false, false, false, true]);
  expect(data.rows[2]?.basis).toContain('smollm2-135m, scaled to');
  expect(data.rows[3]?.unknown).toEqual(['the model "nobody-knows" is not known, and no params are given']);
  expect(warnings).toEqual([expect.stringContaining('line 5 has no estimate')]);
});

test('what was measured has no part in the estimates, only in the evaluation', async () => {
  const MEASURED = ['device_used_gib', 'peak_allocated_gib', 'peak_reserved_gib'];
  const without = ROWS.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !MEASURED.includes(key))));
  const changed = ROWS.map((row) => ({ ...row, device_used_gib: 1000, peak_allocated_gib: 999, step_s: 5 }));
  const folder = testFolder({
    'a.jsonl': jsonl(ROWS),
    'b.jsonl': jsonl(without),
    'c.jsonl': jsonl(changed),
    'windows.jsonl': `\ufeff${jsonl(ROWS).replaceAll('\n', '\r\n')}`,
  });
  const rowsOf = async (file: string): Promise<unknown> => {
    const { stdout } = await folder.sheaf(['estimate', '--from', file, '--json']);
    return (JSON.parse(stdout) as Rows).data.rows;
  };
  const rows = await rowsOf('a.jsonl');
  expect(await rowsOf('b.jsonl')).toEqual(rows);
  expect(await rowsOf('c.jsonl')).toEqual(rows);
  expect(await rowsOf('windows.jsonl')).toEqual(rows);
  const { stdout } = await folder.sheaf(['estimate', '--from', 'a.jsonl', '--evaluate', '--json']);
  const { evaluation } = (JSON.parse(stdout) as Rows).data;
  expect(evaluation?.all.rows).toBe(2);
  expect(Object.keys(evaluation?.leave_one_family_out ?? {})).toEqual(['bert', 'vision']);
});

test('a model by its name needs no project: parts, verdicts and the basis', async () => {
  const folder = testFolder({});
  const line = [
    'estimate',
    '--model',
    'resnet50',
    '--batch-size',
    '128',
    '--precision',
    'amp_bf16',
    '--gpu',
    't4',
    'a100_40',
  ];
  const { stdout, exitCode } = await folder.sheaf(line);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^activations\t\d+\.\d+$/m);
  expect(stdout).toMatch(/^t4\t14\.6\tfits, has no bf16\t\d+$/m);
  expect(stdout).toContain('assumed: the optimizer is not given: adamw');
});

test('an unknown model is reported as unknown, with a run that would measure it', async () => {
  const folder = testFolder({});
  const { stdout, exitCode } = await folder.sheaf(['estimate', '--model', 'resnet5', '--batch-size', '128']);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the model "resnet5" is not known: did you mean resnet50');
  expect(stdout).toMatch(/only the second step has all of them[^]*as your program calls it:$/m);
  expect(stdout).toContain('nvidia-smi --query-gpu=memory.used');
});

test('the probe of a template that asks for no GPU asks for one', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': 'model: own_net\nmax_steps: 100\ncommand: "true {{ flags }}"\n',
  });
  const { stdout } = await folder.sheaf(['estimate', '--template', 't']);
  expect(stdout).toContain('sheaf new t t_probe --set max_steps=2 --set num_gpus=1 --set time_limit=00:15:00\n');
});

test('of a model that only its parameters are given of, what is lacking can be given as flags', async () => {
  const words = ['estimate', '--params', '25M', '--batch-size', '64'];
  expect((await testFolder({}).sheaf(words)).stdout).toContain('what one sample keeps (--activations)');
  const more = await testFolder({}).sheaf([...words, '--activations', '0.2']);
  expect(more.stdout).toMatch(/^activations\t12\.80$/m);
});

test('an experiment by its own parameters, and what if they were others', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml':
      'command: python train.py {args}\nparameters:\n  model: resnet50\n  batch_size: 32\n  precision: fp32\n  optimizer: adamw\n',
  });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const total = async (...words: readonly string[]): Promise<number> => {
    const { stdout } = await folder.sheaf(['estimate', 'a', ...words, '--json']);
    return (JSON.parse(stdout) as { data: { total_gib: number } }).data.total_gib;
  };
  const own = await total();
  expect(await total('--batch-size', '64')).toBeGreaterThan(own);
  expect(await total('--precision', 'amp_bf16')).toBeLessThan(own);
});

test('a GPU that the project describes has a verdict, too', async () => {
  const gpus = '{h100_64: {like: h100_sxm, memory_gb: 64, usable_gib: 63.2, aliases: [custom-h100]}}';
  const own = testFolder({ 'sheaf.yaml': `scheduler: local\ncluster: {gpus: ${gpus}}\n` });
  const wanted = ['estimate', '--model', 'resnet50', '--batch-size', '32', '--gpu', 'h100_64', 'custom-h100', '--json'];
  const { stdout, exitCode } = await own.sheaf(wanted);
  expect(exitCode).toBe(0);
  const { data } = JSON.parse(stdout) as { readonly data: { readonly gpus: readonly object[] } };
  expect(data.gpus).toMatchObject([
    { gpu: 'h100_64', usable_gib: 63.2, verdict: 'fits' },
    { gpu: 'h100_64', usable_gib: 63.2 },
  ]);
});

interface One {
  readonly data: { readonly total_gib: number };
  readonly warnings: readonly string[];
}

test('a flag that does not apply to a model is named in a warning, and the estimate is the same', async () => {
  const folder = testFolder({});
  const estimate = async (...words: readonly string[]): Promise<One> =>
    JSON.parse((await folder.sheaf(['estimate', ...words, '--json'])).stdout) as One;
  const vision = ['--model', 'resnet50', '--batch-size', '8'];
  const plain = await estimate(...vision);
  const given = await estimate(...vision, '--seq-len', '4096', '--lora-r', '8');
  expect(given.data.total_gib).toBe(plain.data.total_gib);
  expect(plain.warnings).toEqual([]);
  expect(given.warnings).toEqual(['--seq-len and --lora-r have no effect: resnet50 is a vision model']);
  const text = await estimate('--model', 'gpt2', '--batch-size', '8', '--resolution', '448', '--seq-len', '512');
  expect(text.warnings).toEqual(['--resolution has no effect: gpt2 is a transformer']);
  const named = await estimate('--model', 'gpt2', '--batch-size', '8', '--seq-len', '512', '--params', '7B');
  expect(named.warnings).toEqual(['--params has no effect: the sizes of gpt2 are known']);
  const { stderr } = await folder.sheaf(['estimate', ...vision, '--seq-len', '4096']);
  expect(stderr).toContain('--seq-len has no effect: resnet50 is a vision model');
});

test('beside a file of configurations nothing else can be said: the flags are named, and nothing is estimated', async () => {
  const folder = testFolder({ 'rows.jsonl': jsonl(ROWS) });
  const refused = async (...words: readonly string[]): Promise<string> => {
    const { stderr, stdout, exitCode } = await folder.sheaf(['estimate', '--from', 'rows.jsonl', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    return stderr;
  };
  expect(await refused('--model', 'resnet50', '--batch-size', '8')).toContain(
    '--model and --batch-size have no effect with --from',
  );
  expect(await refused('r50_exp')).toContain('r50_exp has no effect with --from');
  expect((await folder.sheaf(['estimate', '--from', 'rows.jsonl', '--evaluate', '--json'])).exitCode).toBe(3);
});
