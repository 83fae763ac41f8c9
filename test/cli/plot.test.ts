import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSeriesFile } from '../../src/app/series/series-file.ts';
import type { SeriesPart } from '../../src/core/experiment/join-series.ts';
import type { Life } from '../support/recorded-project.ts';
import { ended, LIFE_MS, recordedProject, started } from '../support/recorded-project.ts';
import { writeSeries, type Point } from '../support/recorded-series.ts';
import { testFolder, type Ran } from '../support/run-sheaf.ts';

const done = { 'train-1': [started(), ended()] };

/** Two learning rates with three seeds each; `acc` grows with the step and the seed. */
const SWEEP: { readonly [expId: string]: Life } = Object.fromEntries(
  ['0.1', '0.01'].flatMap((rate) =>
    [1, 2, 3].map((seed) => [
      `lr${rate}_s${seed}`,
      {
        params: { learning_rate: Number(rate), seed, model: 'vit' },
        written: { learning_rate: rate },
        attempts: done,
        metrics: { acc: valueAt(rate, seed, 10), loss: seed },
      },
    ]),
  ),
);

function valueAt(rate: string, seed: number, step: number): number {
  return Number(rate) * step + seed / 4;
}

const STEPS = [0, 2, 4, 6, 8, 10];

interface Plots {
  /** Runs `sheaf plot` with these words. */
  readonly plot: (...words: string[]) => Promise<Ran>;
  /** Runs `sheaf` with these words. */
  readonly sheaf: (...words: string[]) => Promise<Ran>;
  /** What a file in the working directory holds. */
  readonly file: (name: string) => string;
  readonly path: (name: string) => string;
  /** The folder of an experiment. */
  readonly folderOf: (expId: string) => string;
  readonly series: (expId: string, series: { readonly [metric: string]: readonly Point[] }) => Promise<void>;
}

async function plots(lives: { readonly [expId: string]: Life }): Promise<Plots> {
  const { project } = await recordedProject(lives);
  const outer = dirname(project.root);
  const folder = testFolder();
  const env = { SHEAF_LOCAL_DIR: join(outer, 'local'), HOME: outer };
  const sheaf: Plots['sheaf'] = (...words) => folder.sheaf([...words, '--project', project.root], { env });
  mkdirSync(join(project.root, 'templates'), { recursive: true });
  const rules = "harvest: {acc: {log: 'acc=(\\S+)'}}\n";
  writeFileSync(join(project.root, 'templates/t.yaml'), `command: "true"\n${rules}`);
  const experiment = (expId: string): string => join(project.root, 'experiments', expId);
  for (const expId of Object.keys(lives)) mkdirSync(experiment(expId), { recursive: true });
  return {
    plot: (...words) => sheaf('plot', ...words),
    sheaf,
    file: (name) => readFileSync(join(folder.path, name), 'utf8'),
    folderOf: experiment,
    path: (name) => join(folder.path, name),
    series: (expId, series) => writeSeries(experiment(expId), series),
  };
}

async function sweepPlots(): Promise<Plots> {
  const made = await plots(SWEEP);
  for (const rate of ['0.1', '0.01']) {
    for (const seed of [1, 2, 3]) {
      const points = STEPS.map((step): Point => [step, valueAt(rate, seed, step), 1e9 + step * 3_600]);
      await made.series(`lr${rate}_s${seed}`, { acc: points });
    }
  }
  return made;
}

/** The attributes `name` of all marks of a kind in an SVG. */
function marks(svg: string, kind: string): string[] {
  const groups = svg.match(new RegExp(`class="mark-[a-z]+ role-mark ${kind}"[^]*?</g>`, 'g')) ?? [];
  return groups.flatMap((group) => group.match(/<path[^>]*>/g) ?? []);
}

/** Where the corners of a path are. */
function pointsOf(path: string): [x: number, y: number][] {
  const corners = / d="([^"]*)"/.exec(path)?.[1]?.matchAll(/(-?[\d.]+),(-?[\d.]+)/g) ?? [];
  return [...corners].map(([, x, y]) => [Number(x), Number(y)]);
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);
}

interface CurvesJson {
  readonly data: {
    readonly kind: string;
    readonly note: string | null;
    readonly groups: readonly {
      readonly name: string;
      readonly x: readonly number[];
      readonly mean: readonly (number | null)[];
      readonly low: readonly (number | null)[];
      readonly high: readonly (number | null)[];
      readonly n: readonly number[];
    }[];
  };
  readonly warnings: readonly string[];
}

function json({ stdout }: Ran): CurvesJson {
  return JSON.parse(stdout) as CurvesJson;
}

describe('sheaf plot with a series', () => {
  test('draws one curve with a band for each group, named with the number of its runs', async () => {
    const { plot, file } = await sweepPlots();
    const ran = await plot('acc', '--group-by', 'learning_rate', '-o', 'fig.svg');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^Wrote fig\.svg: curves of 6 experiments\n$/);
    const svg = file('fig.svg');
    expect(svg).toMatch(/^<svg [^>]*width="3.3in" height="2.4in" viewBox="0 0 237.6 172.8"/);
    expect(marks(svg, 'line')).toHaveLength(2);
    expect(marks(svg, 'band')).toHaveLength(2);
    expect(new Set(marks(svg, 'line').map((path) => /stroke="([^"]*)"/.exec(path)?.[1])).size).toBe(2);
    expect(new Set(marks(svg, 'line').map((path) => /stroke-dasharray="([^"]*)"/.exec(path)?.[1])).size).toBe(2);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'learning_rate = 0.01 (n=3)',
        'learning_rate = 0.1 (n=3)',
        'acc',
        'step',
        'band: ± 1 standard deviation',
      ]),
    );
  });

  test('shortens the names of many groups to their values', async () => {
    const lives = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `e${i}`,
        { params: { model: `resnet${i}`, batch_size: 32 }, attempts: done, metrics: { acc: i } },
      ]),
    );
    const { plot, file, series } = await plots(lives);
    for (const expId of Object.keys(lives))
      await series(expId, {
        acc: [
          [0, 1],
          [1, 2],
        ],
      });
    await plot('acc', '--group-by', 'model', 'batch_size', '-o', 'fig.svg');
    expect(texts(file('fig.svg'))).toEqual(expect.arrayContaining(['model, batch_size (n=1 each)', 'resnet3, 32']));
  });

  test('has the mean over the seeds and the deviation around it', async () => {
    const { plot } = await sweepPlots();
    const { data, warnings } = json(await plot('acc', '--group-by', 'learning_rate', '--json'));
    expect(warnings).toEqual([]);
    expect(data.groups.map(({ name, x, n }) => ({ name, x, n }))).toEqual([
      { name: 'learning_rate = 0.01 (n=3)', x: STEPS, n: [3, 3, 3, 3, 3, 3] },
      { name: 'learning_rate = 0.1 (n=3)', x: STEPS, n: [3, 3, 3, 3, 3, 3] },
    ]);
    const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 12));
    const mean = STEPS.map((step) => valueAt('0.1', 2, step));
    expect(data.groups[1]).toMatchObject({
      mean: close(mean),
      low: close(mean.map((value) => value - 0.25)),
      high: close(mean.map((value) => value + 0.25)),
    });
  });

  test('draws a point where its value belongs', async () => {
    const { plot, file } = await sweepPlots();
    await plot('acc', 'lr0.1_s1', '-o', 'one.svg');
    const d = /d="M([^"]*)"/.exec(marks(file('one.svg'), 'line')[0] ?? '')?.[1] ?? '';
    const points = d.split('L').map((pair) => pair.split(',').map(Number));
    // Acc grows evenly over even steps: so do the places, across and up.
    const rises = points.slice(1).map(([x = 0, y = 0], i) => [x - (points[i]?.[0] ?? 0), y - (points[i]?.[1] ?? 0)]);
    expect(points).toHaveLength(STEPS.length);
    for (const [across, up] of rises) {
      expect(across).toBeCloseTo(rises[0]?.[0] ?? 0, 1);
      expect(up).toBeCloseTo(rises[0]?.[1] ?? 0, 1);
      expect(up).toBeLessThan(0);
    }
  });

  test('reports which experiments have no series, which end early, and where a point is not a number', async () => {
    const { plot, series } = await plots(SWEEP);
    await series('lr0.1_s1', {
      acc: [
        [0, 1],
        [1, Number.NaN],
        [2, 3],
      ],
    });
    await series('lr0.1_s2', {
      acc: [
        [0, 2],
        [1, 5],
      ],
    });
    const { data, warnings } = json(await plot('acc', '--group-by', 'learning_rate', '--json'));
    expect(data.groups).toMatchObject([
      {
        name: 'learning_rate = 0.1 (n=2)',
        x: [0, 1, 2],
        mean: [1.5, 5, 3],
        n: [2, 1, 1],
        low: [expect.any(Number), null, null],
      },
    ]);
    expect(warnings).toEqual([
      '4 of 6 have no series of acc: lr0.1_s3, lr0.01_s1, lr0.01_s2 and 1 more; sheaf harvest --all reads it',
      '1 point of acc is NaN or infinite, and a gap: lr0.1_s1',
      'learning_rate = 0.1 ends at 2, but of its 2 experiments lr0.1_s2 at 1: from there the mean is over fewer',
    ]);
  });

  test('does not suggest a harvest that found nothing before, and reports its cause', async () => {
    const gone = { reason: 'no_file', said: 'there is no history.csv' } as const;
    const { plot, series } = await plots({
      ...SWEEP,
      gone: { ...SWEEP['lr0.1_s1'], metrics: {}, missing: { acc: gone } },
    });
    await series('lr0.1_s1', { acc: [[0, 1]] });
    const { warnings } = json(await plot('acc', 'lr0.1_s1', 'gone', '--json'));
    expect(warnings).toEqual(['1 of 2 have no series of acc: gone (no_file)']);
  });

  test('leaves out what has no place on a log axis, and says so', async () => {
    const { plot } = await sweepPlots();
    const { data, warnings } = json(await plot('acc', 'lr0.1_s1', '--log-x', '--json'));
    expect(data.groups[0]?.x).toEqual([2, 4, 6, 8, 10]);
    expect(warnings).toEqual(['1 point is left out: on a log axis x must be above 0: lr0.1_s1']);
  });

  test('takes means on a log axis over all values, also those that have no place there', async () => {
    const values = [-1, 4, 6];
    const lives = values.map((acc, seed): [string, Life] => [
      `s${seed}`,
      { params: { seed, lr: 1 }, attempts: done, metrics: { acc } },
    ]);
    const { plot, series } = await plots(Object.fromEntries(lives));
    for (const [seed, value] of values.entries()) {
      const ys: readonly Point[] = [
        [1, value],
        [2, -value],
      ];
      await series(`s${seed}`, { acc: ys });
    }
    const curve = json(await plot('acc', '--group-by', 'lr', '--log-y', '--json'));
    expect(curve.data.groups[0]?.mean).toEqual([3, null]);
    expect(curve.warnings).toEqual(['1 point of acc is left out: on a log axis it must be above 0: lr = 1']);
    const bars = json(await plot('acc', '--group-by', 'lr', '--kind', 'bar', '--log-y', '--json', '-o', 'bars.svg'));
    expect(bars.data.groups[0]).toMatchObject({ mean: 3, n: 3 });
    expect(bars.warnings).toEqual(['1 value of acc is not drawn: on a log axis it must be above 0']);
    const heat = json(await plot('acc', '--kind', 'heatmap', '--group-by', 'lr', 'seed', '--log-y', '--json'));
    expect(heat.warnings).toEqual(['1 mean of acc is not drawn: on a log axis it must be above 0']);
  });

  test('draws a band and an interval down to the bottom of a log axis if the lower end is not above 0', async () => {
    const lives = [1, 9].map((acc, seed): [string, Life] => [
      `s${seed}`,
      { params: { seed, lr: 1 }, attempts: done, metrics: { acc } },
    ]);
    const { plot, series, file } = await plots(Object.fromEntries(lives));
    for (const [seed, value] of [1, 9].entries()) {
      const ys: readonly Point[] = [
        [1, value],
        [2, 0.5],
      ];
      await series(`s${seed}`, { acc: ys });
    }
    await plot('acc', '--group-by', 'lr', '--log-y', '-o', 'log.svg');
    const [line = [], band = []] = ['line', 'band'].map((kind) => pointsOf(marks(file('log.svg'), kind)[0] ?? ''));
    const [[x, mean] = [0, 0]] = line;
    const ends = band.filter(([at]) => at === x).map(([, y]) => y);
    // Down is more in SVG.
    expect(Math.min(...ends)).toBeLessThan(mean);
    expect(Math.max(...ends)).toBeGreaterThan(mean);
    expect(Math.max(...ends)).toBe(Math.max(...band.map(([, y]) => y)));
    await plot('acc', '--group-by', 'lr', '--log-y', '--kind', 'bar', '-o', 'bar.svg');
    expect(file('bar.svg')).toMatch(/role-mark interval"[^>]*><line [^>]*y2="-\d/);
  });

  test('says in the figure how it is smoothed', async () => {
    const { plot } = await sweepPlots();
    const { data } = json(await plot('acc', 'lr0.1_s1', '--smooth', '0.5', '--json'));
    const [first = 0, second = 0] = STEPS.map((step) => valueAt('0.1', 1, step));
    expect(data.note).toBe('smoothed: EMA 0.5, debiased');
    expect(data.groups[0]?.mean[1]).toBeCloseTo((first + 2 * second) / 3, 12);
    expect(await plot('acc', '--smooth', '1', '--json')).toMatchObject({ exitCode: 2 });
  });

  test('goes over time or over another metric, too', async () => {
    const { plot, series } = await sweepPlots();
    const time = json(await plot('acc', 'lr0.1_s1', '--x', 'time', '--json'));
    expect(time.data).toMatchObject({ x: { label: 'time (h)', log: false }, groups: [{ x: STEPS }] });
    await series('lr0.1_s1', {
      acc: [
        [0, 1],
        [5, 2],
        [9, 3],
      ],
      loss: [
        [0, 8],
        [5, 4],
      ],
    });
    const other = json(await plot('acc', 'lr0.1_s1', '--x', 'loss', '--json'));
    expect(other.data.groups[0]).toMatchObject({ x: [4, 8], mean: [2, 1] });
    expect(other.warnings).toEqual(['1 point of acc is left out: it has no loss: lr0.1_s1']);
    const timeless = await plot('acc', 'lr0.1_s1', '--x', 'time', '--json');
    expect(timeless.exitCode).toBe(2);
    expect(timeless.stderr).toContain('it is not known when the values of acc were written');
  });

  test('goes over the time in which a run ran, without that between its attempts', async () => {
    const at = (s: number): number => LIFE_MS + s * 1000;
    const { plot, path, folderOf } = await plots({
      requeued: {
        params: { lr: 1 },
        attempts: {
          'train-1': [started(at(0)), ended(1, at(600))],
          'train-2': [started(at(36_600)), ended(0, at(37_200))],
        },
        metrics: { acc: 4 },
      },
    });
    const part = (attempt: string, steps: readonly number[], seconds: readonly number[]): SeriesPart => ({
      attempt,
      points: {
        steps: Float64Array.from(steps),
        values: Float64Array.from(steps),
        times: Float64Array.from(seconds, (s) => at(s) / 1000),
      },
    });
    const parts = [part('train-1', [1, 2], [60, 300]), part('train-2', [3, 4], [36_660, 37_200])];
    await writeSeriesFile(folderOf('requeued'), new Map([['acc', { parts, superseded: [] }]]));
    const { data } = json(await plot('acc', '--x', 'active', '--json'));
    expect(data).toMatchObject({
      x: { label: 'time that it ran (min)', log: false },
      groups: [{ x: [1, 5, 11, 20], mean: [1, 2, 3, 4] }],
    });
    expect((await plot('acc', '--x', 'active', '-o', 'active.svg')).exitCode).toBe(0);
    expect(texts(readFileSync(path('active.svg'), 'utf8'))).toContain('time that it ran (min)');
  });

  test('has values on both sides of zero on a symmetric logarithmic axis, and states its constant', async () => {
    const { plot, file, series } = await plots({ one: { params: { lr: 1 }, attempts: done, metrics: { acc: 1 } } });
    const ys = [-100, -10, -0.01, 0, 0.02, 10, 1000];
    await series('one', { acc: ys.map((y, step): Point => [step, y]) });
    const drawn = json(await plot('acc', '--symlog-y', '--json', '-o', 'sym.svg'));
    expect(drawn).toMatchObject({
      data: { y: { label: 'acc', log: false, symlog: 0.01 }, x: { symlog: null }, note: 'acc: symlog, constant 0.01' },
      warnings: [],
    });
    expect(drawn.data.groups[0]?.mean).toEqual(ys);
    const svg = file('sym.svg');
    expect(texts(svg)).toEqual(expect.arrayContaining(['−100', '0', '1000', 'acc: symlog, constant 0.01']));
    // Each step has the height of sign(y) · log(1 + |y| / 0.01).
    const [, path = ''] = /d="([^"]*)"/.exec(marks(svg, 'line')[0] ?? '') ?? [];
    const heights = [...path.matchAll(/[\d.]+,([\d.]+)/g)].map(([, height]) => Number(height));
    const [bottom = 0, top = 0] = [heights[0], heights.at(-1)];
    const scaled = ys.map((y) => Math.sign(y) * Math.log1p(Math.abs(y) / 0.01));
    const [low = 0, high = 0] = [scaled[0], scaled.at(-1)];
    for (const [i, each] of scaled.entries())
      expect(heights[i]).toBeCloseTo(bottom + ((top - bottom) * (each - low)) / (high - low), 1);
    const bars = json(await plot('acc', '--kind', 'bar', '--symlog-y', '--json', '-o', 'bar.svg'));
    expect(bars.data.note).toBe('acc: symlog, constant 1');
    expect((await plot('acc', '--log-y', '--symlog-y', '--json')).stderr).toContain(
      'an axis cannot be both --log-y and --symlog-y',
    );
  });

  test('draws more than 12 experiments thin and without names, and refuses as many groups', async () => {
    const lives = Object.fromEntries(
      Array.from({ length: 13 }, (_, i) => [`e${i}`, { params: { rate: i }, attempts: done, metrics: { acc: i } }]),
    );
    const { plot, file, series } = await plots(lives);
    for (const expId of Object.keys(lives))
      await series(expId, {
        acc: [
          [0, 1],
          [1, 2],
        ],
      });
    const ran = await plot('acc', '-o', 'many.svg');
    expect(ran.stderr).toContain('13 experiments: drawn thin and without names');
    expect(marks(file('many.svg'), 'line')).toHaveLength(13);
    expect(texts(file('many.svg'))).not.toContain('e1');
    expect(await plot('acc', '--group-by', 'rate', '-o', 'no.svg')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('13 groups are more than the 12 that can be told apart') as string,
    });
  });

  test('stays small with ten thousand points a run', async () => {
    const { plot, file, series } = await plots(SWEEP);
    for (const expId of Object.keys(SWEEP)) {
      const points = Array.from({ length: 10_000 }, (_, i): Point => [i, i === 7_777 ? 9 : Math.sin(i * i)]);
      await series(expId, { acc: points });
    }
    await plot('acc', '-o', 'long.svg');
    expect(file('long.svg').length).toBeLessThan(500_000);
  });
});

describe('sheaf plot of final values', () => {
  test('draws bars with 95 % intervals and the values when there is no series', async () => {
    const { plot, file } = await plots(SWEEP);
    await plot('acc', '--group-by', 'learning_rate', '-o', 'bars.svg');
    expect(marks(file('bars.svg'), 'bar')).toHaveLength(2);
    expect(marks(file('bars.svg'), 'point')).toHaveLength(6);
    const { data } = JSON.parse((await plot('acc', '--group-by', 'learning_rate', '--json')).stdout) as {
      data: { groups: unknown[] };
    };
    // t(0.975, 2) = 4.302653; the deviation of 0, 0.25 and 0.5 is 0.25.
    const half = (4.302653 * 0.25) / Math.sqrt(3);
    expect(data.groups[1]).toMatchObject({
      name: '0.1',
      n: 3,
      mean: expect.closeTo(1.5, 12) as number,
      low: expect.closeTo(1.5 - half, 5) as number,
      high: expect.closeTo(1.5 + half, 5) as number,
    });
  });

  test('draws a bar for each experiment when there is no series and nothing is grouped, and says so', async () => {
    const { plot } = await plots(SWEEP);
    const drawn = await plot('acc', '--json');
    const { data, warnings } = JSON.parse(drawn.stdout) as {
      data: { kind: string; groups: unknown[] };
      warnings: string[];
    };
    expect(data).toMatchObject({ kind: 'bar', groups: Array.from({ length: 6 }, () => ({ n: 1 })) });
    expect(warnings[0]).toContain('acc has no series, so these are its final values');
    expect((await plot('acc', '--kind', 'bar', '--json')).stdout).not.toContain('has no series');
  });

  test('says that files of runs are gone, as harvest does, and draws the final values that were read before', async () => {
    const folder = testFolder({
      'sheaf.yaml': 'scheduler: local\ncode: live\n',
      'templates/t.yaml': `seed: 0
command: |
  for i in 1 2 3; do echo "{\\"step\\": $i, \\"loss\\": 0.$i}"; done >"$SHEAF_OUT/curve.jsonl"
harvest:
  loss: { jsonl: curve.jsonl, mode: min }
`,
    });
    await folder.sheaf(['run', 't', 'a']);
    await folder.sheaf(['run', 't', 'b']);
    const plot = (...more: string[]) => folder.sheaf(['plot', 'loss', '-o', 'figure.svg', ...more]);
    expect((await plot()).stdout).toContain('curves of 2 experiments');
    rmSync(join(folder.path, 'experiments'), { recursive: true });
    const harvested = await folder.sheaf(['harvest', '--all']);
    expect(harvested.stdout).toContain('Harvested 0 of 2\n');
    expect(harvested.stdout).toContain('the files of loss are gone, so what was read before stays: b, a\n');
    const drawn = await plot();
    expect(drawn.stdout).toContain('bar of 2 experiments');
    expect(drawn.stderr).toContain('the files with the series of loss are gone: a, b; these are the final values');
    const curves = await plot('--kind', 'curves');
    expect(curves.stderr).toContain('error: the files with the series of loss are gone: a, b\n');
    expect(curves.stderr).toContain('fix  run them again: sheaf rerun ID');
  });

  test('draws a dot for each experiment over a parameter', async () => {
    const { plot, file } = await plots({ ...SWEEP, fresh: { params: { learning_rate: 0.5, seed: 1 } } });
    const ran = await plot('acc', '--x', 'learning_rate', '--log-x', '-o', 'dots.svg');
    expect(marks(file('dots.svg'), 'point')).toHaveLength(6);
    expect(texts(file('dots.svg'))).toEqual(expect.arrayContaining(['learning_rate', 'acc']));
    expect(ran.stderr).toContain('1 of 7 have no number of acc: 1 not_run');
  });

  test('draws a heat map of two parameters and parallel coordinates', async () => {
    const { plot, file } = await plots(SWEEP);
    await plot('acc', '--kind', 'heatmap', '--group-by', 'learning_rate', 'seed', '-o', 'map.svg');
    expect(marks(file('map.svg'), 'cell')).toHaveLength(6);
    await plot('acc', '--kind', 'parallel', '-o', 'all.svg');
    expect(marks(file('all.svg'), 'line')).toHaveLength(6);
    expect(texts(file('all.svg'))).toEqual(expect.arrayContaining(['learning_rate', 'acc']));
  });
});

describe('the file of a figure', () => {
  test('may be PNG, PDF or a page that loads nothing', async () => {
    const { plot, file } = await sweepPlots();
    for (const name of ['a.png', 'a.pdf', 'a.html']) {
      expect(await plot('acc', '--group-by', 'learning_rate', '-o', name)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(file('a.png').slice(1, 4)).toBe('PNG');
    expect(file('a.pdf')).toMatch(/^%PDF-1.*\/MediaBox \[0 0 237.6 172.8\].*%%EOF\s*$/s);
    expect(file('a.html')).toContain('<td>learning_rate = 0.1 (n=3)</td>');
    expect(file('a.html').replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|<script|<link|@import/);
  });

  test('has the size and the title that are asked for', async () => {
    const { plot, file } = await sweepPlots();
    await plot('acc', '-o', 'a.svg', '--size', '8.4x6cm', '--title', 'Digits & more');
    expect(file('a.svg')).toMatch(/viewBox="0 0 238.11 170.08"/);
    expect(texts(file('a.svg'))).toContain('Digits &amp; more');
    expect(await plot('acc', '-o', 'a.svg', '--size', 'large')).toMatchObject({ exitCode: 2 });
  });

  test('that only its owner may read stays one', async () => {
    const { plot, path } = await sweepPlots();
    await plot('acc', '-o', 'fig.svg');
    chmodSync(path('fig.svg'), 0o600);
    expect((await plot('acc', '--group-by', 'learning_rate', '-o', 'fig.svg')).exitCode).toBe(0);
    expect(statSync(path('fig.svg')).mode & 0o777).toBe(0o600);
  });

  test('is refused by its name, and what was there stays', async () => {
    const { plot } = await sweepPlots();
    const ran = await plot('acc', '-o', 'fig.eps');
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('fig.eps') as string });
    expect(ran.stderr).toContain('.svg, .png, .pdf, .html');
  });
});

describe('names and values of any letters', () => {
  const model = `a"b'<c>&\\ \u0001 {{x}} 模型`;

  test('appear in the figure unchanged, in all kinds', async () => {
    const { plot, file, series } = await plots({
      one: { params: { model, seed: 1 }, attempts: done, metrics: { acc: 1 } },
      two: { params: { model: 'z', seed: 1 }, attempts: done, metrics: { acc: 2 } },
    });
    const shown = `a&quot;b'&lt;c&gt;&amp;\\`;
    await plot('acc', '--group-by', 'model', '--kind', 'bar', '-o', 'bar.svg');
    await plot('acc', '--kind', 'parallel', '-o', 'parallel.svg');
    await plot('acc', '--x', 'model', '-o', 'scatter.svg');
    await plot('acc', '--kind', 'heatmap', '--group-by', 'model', 'seed', '-o', 'heatmap.svg');
    await series('one', {
      acc: [
        [0, 1],
        [1, 2],
      ],
    });
    await plot('acc', '--group-by', 'model', '-o', 'curves.svg');
    for (const kind of ['bar', 'parallel', 'scatter', 'heatmap', 'curves']) {
      const svg = file(`${kind}.svg`);
      expect.soft(svg.replaceAll('"', '&quot;'), kind).toContain(shown);
      expect.soft(svg, kind).not.toContain('\u0001');
    }
  });

  test('may be those of properties of all objects', async () => {
    const { plot, file, series } = await plots({
      one: { params: { valueOf: 1, seed: 1 }, attempts: done, metrics: { constructor: 1 } },
      two: { params: { valueOf: 2, seed: 1 }, attempts: done, metrics: { constructor: 2 } },
    });
    await plot('constructor', '--group-by', 'valueOf', '--kind', 'bar', '-o', 'bar.svg');
    await plot('constructor', '--x', 'valueOf', '-o', 'scatter.svg');
    await plot('constructor', '--kind', 'heatmap', '--group-by', 'valueOf', 'seed', '-o', 'heatmap.svg');
    const point: Point = [0, 1];
    await series('one', { constructor: [point] });
    await plot('constructor', '--group-by', 'valueOf', '--title', 'toString', '-o', 'curves.svg');
    for (const kind of ['bar', 'scatter', 'heatmap', 'curves']) {
      expect.soft(texts(file(`${kind}.svg`)), kind).toContain('constructor');
    }
  });

  test('that the font of a PNG lacks are reported', async () => {
    const { plot } = await plots({ one: { params: { model: '模型' }, attempts: done, metrics: { acc: 1 } } });
    const { stderr } = await plot('acc', '--group-by', 'model', '-o', 'a.png');
    expect(stderr).toContain('a.png lacks the letters 模 型');
  });
});

test('sheaf show has the course of a metric beside its value', async () => {
  const acc: { value: number; shape: string } = { value: 0.9, shape: '01234567' };
  const { sheaf } = await plots({ run: { attempts: done, metrics: { acc, loss: 1 } } });
  const { stdout } = await sheaf('show', 'run');
  expect(stdout).toContain('acc\t0.9\t▁▂▃▄▅▆▇█\t');
  expect(stdout).toContain('loss\t1\t\t');
});

describe('what cannot be drawn', () => {
  test('says what is wrong: a wrong name, no series, no output file', async () => {
    const { plot } = await plots(SWEEP);
    expect((await plot('ac', '--terminal')).stderr).toContain('did you mean acc?');
    expect((await plot('learning_rate', '--terminal')).stderr).toContain('learning_rate is no metric');
    expect((await plot('acc', '--kind', 'curves', '--terminal')).stderr).toContain(
      'none of 6 experiments has a series of acc',
    );
    expect((await plot('acc', '--x', 'time', '--terminal')).stderr).toContain('has a series of acc');
    expect((await plot('acc')).stderr).toContain('output is not a terminal: pass -o FILE');
    expect((await plot('acc', '--where', 'seed > 9', '--terminal')).stderr).toContain('there are no such experiments');
    expect((await plot('acc', '--kind', 'heatmap', '--terminal')).stderr).toContain('a heat map needs two parameters');
  });
});

describe('a chart in the terminal', () => {
  test('is no wider than 80 columns in a pipe, and names its curves', async () => {
    const { plot } = await sweepPlots();
    const { stdout } = await plot('acc', '--group-by', 'learning_rate', '--terminal');
    expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('* learning_rate = 0.01 (n=3)');
    expect(stdout).toContain('+ learning_rate = 0.1 (n=3)');
  });

  test('of one curve is in braille', async () => {
    const { plot } = await sweepPlots();
    expect((await plot('acc', 'lr0.1_s1', '--terminal')).stdout).toMatch(/[\u2801-\u28ff]/);
  });
});
