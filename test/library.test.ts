import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ResourceAdvisor, type AdvisorCatalogue } from '../src/index.ts';
import { testFolder } from './support/run-sheaf.ts';

const root = join(import.meta.dirname, '..');

test('the example of the library makes, runs, harvests and exports a real experiment', () => {
  const folder = testFolder();
  cpSync(join(root, 'examples', 'digits'), folder.path, { recursive: true });
  const said = execFileSync(process.execPath, [join(root, 'examples', 'library.ts'), folder.path], {
    encoding: 'utf8',
    env: { ...process.env, ...folder.env },
  });
  expect(said).toMatch(/^accuracy 0\.[89]\d+\n1 row in /);
  const [header = '', row = ''] = readFileSync(join(folder.path, 'results.csv'), 'utf8').split('\n');
  expect(header).toContain('accuracy');
  expect(row).toMatch(/^from_library,completed,/);
});

test('the library exports these names and no others, and its page lists them', () => {
  const source = readFileSync(join(root, 'src/index.ts'), 'utf8');
  const names = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .toSorted();
  expect(names).toMatchInlineSnapshot(`
    [
      "Acted",
      "Advice",
      "AdviseRequest",
      "AdvisorCatalogue",
      "Cause",
      "CompareResult",
      "Created",
      "Experiment",
      "ExperimentManager",
      "ExportRequest",
      "Exported",
      "GroupRequest",
      "Grouped",
      "HarvestLine",
      "HarvestReport",
      "JobRequest",
      "ListRequest",
      "ListSelector",
      "Listed",
      "LogChunk",
      "LogRequest",
      "ManagerOptions",
      "Metric",
      "MissingMetric",
      "NewExperiment",
      "NewSweep",
      "OfferedChoice",
      "PlotRequest",
      "Plotted",
      "Problem",
      "ResourceAdvisor",
      "RetryOptions",
      "RunEvent",
      "RunOptions",
      "STATUSES",
      "Selector",
      "SheafError",
      "Shown",
      "Status",
      "StatusLine",
      "StatusReport",
      "SubmitOptions",
      "Submitted",
      "SweepMade",
      "drawFigure",
      "writeFigure",
    ]
  `);
  const page = readFileSync(join(root, 'docs/reference/library.md'), 'utf8');
  const [, listed = ''] = /^## Names\n([^]*?)(?=^## |(?![^]))/m.exec(page) ?? [];
  expect([...listed.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).toSorted()).toEqual(names);
});

test('the example of the advisor works from a description of partitions alone', () => {
  const said = execFileSync(process.execPath, [join(root, 'examples', 'advisor.ts')], { encoding: 'utf8' });
  expect(said).toMatch(/^(a100_public|l40s_public): \d+ × \d+ × \d+, \d+\.\d of \d+(\.\d+)? GiB; /);
  expect(said).toContain('v100: Tesla V100 16GB has no bf16\n');
});

const A100 = {
  gpu_type: 'A100',
  gpus_per_node: 4,
  total_nodes: 20,
  arch: 'Ampere',
  memory_gb: 80,
  fp8_support: false,
  priority: 'normal',
};
const TRAINING = { model: 'resnet50', batch_size: 256, amp: true };

test('an advisor without a project knows memory and batches, and makes up neither waits nor run times', async () => {
  const advisor = new ResourceAdvisor({
    partitions: { a100_public: A100, cpu: { total_nodes: 2, cpus_per_node: 64 } },
  });
  const { choices, dropped } = await advisor.advise({ params: TRAINING, globalBatch: 1024, maxMicroBatch: 100 });
  for (const { candidate } of choices) {
    const { split, gpus, need, wait, run, cost } = candidate;
    expect((split?.micro ?? 0) * gpus * (split?.accumulation ?? 0)).toBe(1024);
    expect(need).toMatchObject({ verdict: 'fits', usableGib: expect.closeTo(79.1, 0) });
    expect([wait.kind, wait.p50S, run.p50S, cost.gpuHours]).toEqual(['unknown', undefined, undefined, undefined]);
  }
  expect(choices[0]?.set).toMatchObject({ partition: 'a100_public', num_gpus: '1' });
  expect(choices[0]?.params).toEqual({ batch_size: '64' });
  expect(dropped).toContainEqual({ partition: 'cpu', kind: 'gpu', why: 'it has no GPUs' });
  expect(await advisor.partitions()).toHaveLength(2);
  expect((await advisor.forecast({ params: TRAINING }))[0]?.wait.kind).toBe('unknown');
  const answer = advisor.estimate(TRAINING);
  expect('estimate' in answer && answer.estimate.totalGib).toBeGreaterThan(5);
  expect(advisor.estimate({})).toHaveProperty('unknown');
});

test('steps with another global batch than the parameters say take as much longer', async () => {
  const advisor = new ResourceAdvisor({ partitions: { a100_public: A100 } });
  const params = { model: 'gpt2', max_steps: 1000, batch_size: 8, seq_len: 1024, precision: 'bf16' };
  const onOne = async (globalBatch: number): Promise<number | undefined> =>
    (await advisor.forecast({ params, globalBatch })).find(({ gpus }) => gpus === 1)?.run.p50S;
  expect(await onOne(512)).toBeCloseTo(64 * ((await onOne(8)) ?? Number.NaN), 3);
});

test('an advisor says what is wrong in its catalogue, and what needs a project', async () => {
  const wrong = { partitions: { a: { gpu_type: 'A100', gpus_per_nodes: 4 } } } as unknown as AdvisorCatalogue;
  expect(() => new ResourceAdvisor(wrong)).toThrow(
    /no key "gpus_per_nodes" in cluster\.partitions\.a; did you mean gpus_per_node\?/,
  );
  const bare = { a100_public: A100 } as unknown as AdvisorCatalogue;
  expect(() => new ResourceAdvisor(bare)).toThrow(/there are no partitions in it/);
  const nothing = { partitions: { a: null } } as unknown as AdvisorCatalogue;
  expect(() => new ResourceAdvisor(nothing)).toThrow(/cluster\.partitions\.a must be a map/);
  expect(() => new ResourceAdvisor({ partitions: { 'a\u001b[31m': A100 } })).toThrow(/control character/);
  const twice = { x: { like: 'a100_80_sxm', aliases: ['zz'] }, y: { like: 'h100_sxm', aliases: ['ZZ'] } };
  expect(() => new ResourceAdvisor({ partitions: { a: A100 }, gpus: twice })).toThrow('y: x is called zz, too');
  const advisor = new ResourceAdvisor({ partitions: { a: A100 } });
  for (const wish of [{ globalBatch: 0 }, { maxMicroBatch: 2.5 }, { tasks: Number.NaN }]) {
    await expect(advisor.advise({ params: TRAINING, ...wish })).rejects.toMatchObject({ code: 'advisor.job' });
  }
  await expect(advisor.advise({ expId: 'x' })).rejects.toMatchObject({ code: 'advisor.project' });
  expect(() => advisor.efficiency()).toThrow(/needs a project/);
});
