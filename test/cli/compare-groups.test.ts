import { describe, expect, test } from 'vitest';
import { recordedFolder } from '../support/recorded-folder.ts';
import { ended, started, type Life } from '../support/recorded-project.ts';
import type { TestFolder } from '../support/run-sheaf.ts';

const done = { 'train-1': [started(), ended()] };
const GROUPS = [
  [0.1, [0.9, 0.92, 0.95, 0.91, 0.93]],
  [0.01, [0.85, 0.9, 0.88, 0.87, 0.86]],
  [0.001, [0.5, 0.5, 0.5, 0.5, 0.5]],
] as const;

function life(lr: number, seed: number, acc: number): Life {
  return { params: { lr, seed }, attempts: done, metrics: { acc: { value: acc, mode: 'max' }, loss: 1 - acc } };
}

const SWEEP: { readonly [expId: string]: Life } = Object.fromEntries(
  GROUPS.flatMap(([lr, values]) => values.map((acc, i) => [`lr${lr}_s${i}`, life(lr, i, acc)])),
);

const TWO = ['--group-by', 'lr', '--where', 'lr in (0.1, 0.01)'];

const ONE_OF_EACH = "--group-by lr --where 'lr in (0.1, 0.01) and seed = 0'";

/** Of the first group minus the second, which is that of the larger rate. */
const WELCH = {
  difference: -0.0499999999999999,
  t: -4.109974682633927,
  df: 8.000000000000002,
  p: 0.0033907528930060497,
  low: -0.07805375109666524,
  high: -0.021946248903334634,
};
const PAIRED = { t: -5.270462766947303, p: 0.006210192438562978, low: -0.0763396709925525, high: -0.02366032900744755 };

interface Tested {
  readonly data: {
    readonly groups: readonly unknown[];
    readonly metrics: readonly {
      readonly name: string;
      readonly p: number | null;
      readonly t: number | null;
      readonly df: number | null;
      readonly difference: number | null;
      readonly ci95: readonly [number, number] | null;
      readonly unpaired: readonly string[];
    }[];
  };
  readonly warnings: readonly string[];
}

async function tested(folder: TestFolder, words: readonly string[]): Promise<Tested> {
  const { stdout, stderr } = await folder.sheaf(['compare', '--json', ...words]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Tested;
}

async function inTerminal(folder: TestFolder, line: string, columns: number): Promise<string> {
  const ran = await folder.run(['script', '-qec', `stty cols ${columns} rows 24; NO_COLOR=1 ${line}`, '/dev/null']);
  return ran.stdout.replaceAll('\r\n', '\n');
}

describe('compare of experiments', () => {
  test('marks the best of each metric whose rule says what is better', async () => {
    const folder = await recordedFolder(SWEEP);
    const shown = await inTerminal(folder, 'sheaf compare lr0.1_s0 lr0.01_s0', 80);
    expect(shown).toMatch(/^acc +0\.9 \* +0\.85$/m);
    expect(shown).toMatch(/^loss +0\.1 +0\.15$/m);
    expect(shown).toContain('* best: highest acc\n');
    const { stdout } = await folder.sheaf(['compare', 'lr0.1_s0', 'lr0.01_s0']);
    expect(stdout).toContain('acc\t0.9\t0.85\n');
    const json = JSON.parse((await folder.sheaf(['compare', 'lr0.01_s0', 'lr0.1_s0', '--json'])).stdout) as {
      data: { metrics: unknown };
    };
    expect(json.data.metrics).toMatchObject([
      { name: 'acc', mode: 'max', best: 'lr0.1_s0' },
      { name: 'loss', mode: null, best: null },
    ]);
  });

  test('of many experiments is a table with one row each', async () => {
    const folder = await recordedFolder(SWEEP);
    const shown = await inTerminal(folder, 'sheaf compare --where "lr >= 0"', 80);
    expect(shown).toMatch(/^lr0\.1_s2 +0\.1 +2 +0\.95 \* /m);
    expect(shown.split('\n').filter((line) => line.startsWith('lr0'))).toHaveLength(15);
  });
});

describe('compare --group-by', () => {
  test('shows one row for each group, with the best mean marked', async () => {
    const folder = await recordedFolder(SWEEP);
    const { stdout } = await folder.sheaf(['compare', '--group-by', 'lr']);
    expect(stdout).toBe(
      [
        'lr\tn\tacc\tloss',
        '0.001\t5\t0.5\t0.5',
        '0.01\t5\t0.872 ± 0.019\t0.128 ± 0.019',
        '0.1\t5\t0.922 ± 0.019\t0.078 ± 0.019',
        '',
      ].join('\n'),
    );
    const shown = await inTerminal(folder, 'sheaf compare --group-by lr', 80);
    expect(shown).toMatch(/^ +0\.1 +5 +0\.922 ± 0\.019 \* +0\.078 ± 0\.019$/m);
    expect(shown).toContain('* best: highest acc\n');
    const json = JSON.parse((await folder.sheaf(['compare', '--group-by', 'lr', '--json'])).stdout) as {
      data: { metrics: unknown };
    };
    expect(json.data.metrics).toMatchObject([
      { name: 'acc', mode: 'max', best: { lr: 0.1 } },
      { name: 'loss', best: null },
    ]);
  });

  test('shows one column for each group if only that fits into the terminal', async () => {
    const metrics = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`val_accuracy_${i}`, 0.5]));
    const folder = await recordedFolder({
      a: { params: { lr: 0.1 }, attempts: done, metrics },
      b: { params: { lr: 0.2 }, attempts: done, metrics },
    });
    const shown = await inTerminal(folder, 'sheaf compare --group-by lr', 60);
    expect(shown).toMatch(/^ +lr=0\.1 +lr=0\.2$/m);
    expect(shown).toMatch(/^val_accuracy_8 +0\.5 +0\.5$/m);
  });

  test('sorts by the mean of a metric or by a key, and shows as many groups as asked for', async () => {
    const folder = await recordedFolder({ ...SWEEP, none: { params: { lr: 5, seed: 1 }, attempts: done } });
    const order = async (...words: string[]): Promise<string[]> => {
      const { stdout } = await folder.sheaf(['compare', '--group-by', 'lr', ...words]);
      return stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t')[0] ?? '');
    };
    expect(await order('--sort', 'acc')).toEqual(['0.001', '0.01', '0.1', '5']);
    expect(await order('--sort', 'acc', '--desc')).toEqual(['0.1', '0.01', '0.001', '5']);
    expect(await order('--sort', 'lr', '--desc')).toEqual(['5', '0.1', '0.01', '0.001']);
    expect(await order('--sort', 'n', '--limit', '2')).toEqual(['5', '0.001']);
    const cut = await folder.sheaf(['compare', '--group-by', 'lr', '--limit', '1', '--json']);
    expect(JSON.parse(cut.stdout)).toMatchObject({
      data: { groups: [{ lr: 0.001 }], metrics: [{ best: { lr: 0.1 } }, {}] },
    });
    const wrong = await folder.sheaf(['compare', '--group-by', 'lr', '--sort', 'exp_id']);
    expect(wrong).toMatchObject({ exitCode: 2 });
    expect(wrong.stderr).toContain('sort by one of n, lr, acc, loss');
  });

  test('chooses by status, tags and archive as list does', async () => {
    const folder = await recordedFolder({
      ...SWEEP,
      bad: { ...life(0.1, 9, 0), attempts: { 'train-1': [started(), ended(1)] } },
    });
    const { stdout } = await folder.sheaf(['compare', '--group-by', 'lr', '--status', 'failed']);
    expect(stdout).toBe('lr\tn\tacc\tloss\n0.1\t1\t0\t1\n');
  });

  test('shows the integer that all members have with all its digits, as an export does', async () => {
    const members = Object.entries(SWEEP).map(([expId, member]) => [
      expId,
      { ...member, metrics: { ...member.metrics, parameters: 373_658 } },
    ]);
    const folder = await recordedFolder(Object.fromEntries(members));
    const words = '--group-by lr --columns parameters';
    expect(await inTerminal(folder, `sheaf compare ${words}`, 80)).toMatch(/^0\.001 +5 +373658$/m);
    const exportTo = async (format: string): Promise<string> =>
      (await folder.sheaf(['export', '-', '--format', format, ...words.split(' ')])).stdout;
    expect(await exportTo('latex')).toMatch(/^0\.001 &.* 373658 \\\\$/m);
    expect(await exportTo('csv')).toMatch(/^0\.001,5,.*\b373658,/m);
  });

  test('is what list --group-by answers with, as a command that works', async () => {
    const folder = await recordedFolder(SWEEP);
    const words = ['--group-by', 'lr', '--where', 'lr > 0.001', '--columns', 'acc'];
    const { exitCode, stdout, stderr } = await folder.sheaf(['list', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    const [, command = ''] = /^ +fix +(sheaf .*)$/m.exec(stderr) ?? [];
    expect(command).toBe("sheaf compare --group-by lr --where 'lr > 0.001' --columns acc");
    const pasted = await folder.run(['sh', '-c', command]);
    expect(pasted.stdout).toBe('lr\tn\tacc\n0.01\t5\t0.872 ± 0.019\n0.1\t5\t0.922 ± 0.019\n');
  });
});

describe('a test of two groups', () => {
  // scipy 1.17.1: ttest_ind([.85, .9, .88, .87, .86], [.9, .92, .95, .91, .93], equal_var=False)
  test("is Welch's, with the interval of the difference, as scipy has it", async () => {
    const folder = await recordedFolder(SWEEP);
    const { data, warnings } = await tested(folder, [...TWO, '--test', 'welch', '--columns', 'acc']);
    expect(warnings).toEqual([]);
    expect(data.groups).toEqual([
      { lr: 0.01, n: 5 },
      { lr: 0.1, n: 5 },
    ]);
    expect(data.metrics).toMatchObject([
      {
        name: 'acc',
        difference: expect.closeTo(WELCH.difference, 12),
        ci95: [expect.closeTo(WELCH.low, 10), expect.closeTo(WELCH.high, 10)],
        t: expect.closeTo(WELCH.t, 8),
        df: expect.closeTo(WELCH.df, 8),
        p: expect.closeTo(WELCH.p, 10),
      },
    ]);
  });

  // scipy 1.17.1: ttest_rel of the same
  test('is paired by seed where that is asked for', async () => {
    const folder = await recordedFolder(SWEEP);
    const { data } = await tested(folder, [...TWO, '--test', 'paired', '--columns', 'acc']);
    expect(data.metrics).toMatchObject([
      {
        t: expect.closeTo(PAIRED.t, 8),
        df: 4,
        p: expect.closeTo(PAIRED.p, 10),
        ci95: [expect.closeTo(PAIRED.low, 10), expect.closeTo(PAIRED.high, 10)],
        unpaired: [],
      },
    ]);
  });

  test('is a table on a terminal and in a pipe', async () => {
    const folder = await recordedFolder(SWEEP);
    const shown = await inTerminal(folder, `sheaf compare --group-by lr --where 'lr in (0.1,0.01)' --test welch`, 120);
    expect(shown).toContain("Welch's t-test, two-sided; A: lr=0.01, B: lr=0.1\n");
    expect(shown).toMatch(/^acc +5 +0\.872 ± 0\.019 +0\.922 ± 0\.019 +-0\.05 +-0\.0781 to -0\.0219 /m);
    expect(shown).toContain('\nacc: significant (p = 0.0034, n = 5 and 5)\nloss: significant');
    const few = await inTerminal(folder, `sheaf compare ${ONE_OF_EACH} --test welch --columns acc`, 120);
    expect(few).toContain('\nacc: too few seeds to tell (n = 1)\n');
    const { stdout } = await folder.sheaf(['compare', ...TWO, '--test', 'welch']);
    expect(stdout.split('\n')[0]).toBe('metric\tn_a\tn_b\tmean_a\tmean_b\tdifference\tci95_low\tci95_high\tt\tdf\tp');
  });

  test('warns about few values and about missing variance', async () => {
    const folder = await recordedFolder(SWEEP);
    const few = await tested(folder, [
      '--group-by',
      'lr',
      '--where',
      'lr in (0.1, 0.01) and seed < 3',
      '--test',
      'welch',
    ]);
    expect(few.warnings).toEqual(['fewer than 5 values (acc: 3 and 3, loss: 3 and 3): a test of so few says little']);
    const flat = await recordedFolder({
      a0: life(1, 0, 0.5),
      a1: life(1, 1, 0.5),
      b0: life(2, 0, 0.25),
      b1: life(2, 1, 0.25),
    });
    const { data, warnings } = await tested(flat, ['--group-by', 'lr', '--test', 'welch', '--columns', 'acc']);
    expect(data.metrics).toMatchObject([{ difference: 0.25, t: null, p: null, ci95: null }]);
    expect(warnings).toContain('no test of acc: there is no variance');
  });

  test('of other than two groups lists them and says how to choose two', async () => {
    const folder = await recordedFolder(SWEEP);
    const { exitCode, stderr } = await folder.sheaf(['compare', '--group-by', 'lr', '--test', 'welch']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('a test compares exactly two groups, and there are 3');
    for (const group of ['lr=0.001 (5 experiments)', 'lr=0.01 (5 experiments)', 'lr=0.1 (5 experiments)']) {
      expect(stderr).toContain(group);
    }
    expect(stderr).toContain("--where 'lr in (0.001, 0.01)'");
    const one = await folder.sheaf(['compare', '--group-by', 'lr', '--where', 'lr = 0.1', '--test', 'welch']);
    expect(one.stderr).toContain('there is one');
  });

  test('lists experiments without a partner, and refuses two of one seed', async () => {
    const { 'lr0.1_s4': _left, ...rest } = SWEEP;
    const folder = await recordedFolder(rest);
    const { data, warnings } = await tested(folder, [...TWO, '--test', 'paired', '--columns', 'acc']);
    expect(data.metrics[0]).toMatchObject({ df: 3, unpaired: ['lr0.01_s4'] });
    expect(warnings).toContain('without a partner, and left out: lr0.01_s4');
    const twice = await recordedFolder({ ...SWEEP, again: life(0.1, 3, 0.9) });
    const { exitCode, stderr } = await twice.sheaf(['compare', ...TWO, '--test', 'paired']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('lr=0.1 has more than one experiment with seed 3: again and lr0.1_s3');
  });

  test('pairs by the given names, and says so without seeds', async () => {
    const lives = Object.fromEntries(
      [1, 2].flatMap((lr) =>
        [0, 1, 2].map((fold): [string, Life] => [
          `lr${lr}_f${fold}`,
          { params: { lr, fold }, seeds: [], attempts: done, metrics: { acc: lr + fold ** lr } },
        ]),
      ),
    );
    const folder = await recordedFolder(lives);
    const { exitCode, stderr } = await folder.sheaf(['compare', '--group-by', 'lr', '--test', 'paired']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--pair-by NAME');
    const { data } = await tested(folder, ['--group-by', 'lr', '--test', 'paired', '--pair-by', 'fold']);
    expect(data.metrics[0]).toMatchObject({ df: 2, difference: expect.closeTo(-5 / 3, 12) });
    const named = await folder.sheaf(['compare', '--group-by', 'lr', '--test', 'paired', '--pair-by', 'fold']);
    expect(named.stderr).not.toContain('also differ in fold');
  });

  test('refuses flags that would do nothing', async () => {
    const folder = await recordedFolder(SWEEP);
    for (const words of [
      ['--test', 'welch'],
      ['--columns', 'acc'],
      ['--group-by', 'lr', '--pair-by', 'seed'],
      ['--group-by', 'lr', '--test', 'welch', '--pair-by', 'seed'],
      ['--group-by', 'lr', '--all-values'],
      ['--group-by', 'lr', '--test', 'welch', '--sort', 'acc'],
    ]) {
      expect((await folder.sheaf(['compare', '--where', 'lr > 0', ...words])).exitCode).toBe(2);
    }
  });
});
