import { describe, expect, it } from 'vitest';
import { makePlacelessLayer, buildLayerTree } from './config.ts';
import { readSettings } from './settings.ts';
import type { Problem } from '../errors.ts';
import { stagesOf } from '../experiment/frozen.ts';
import type { Settings } from '../settings/settings.ts';
import type { ValueMap } from '../value.ts';

function read(
  values: ValueMap,
  files: Readonly<Record<string, string>> = {},
): { settings: Settings; problems: Problem[] } {
  const problems: Problem[] = [];
  const settings = readSettings(buildLayerTree(makePlacelessLayer('t', values), true), problems, (path) => files[path]);
  return { settings, problems };
}

function settingsOf(values: ValueMap, files: Readonly<Record<string, string>> = {}): Settings {
  const { settings, problems } = read(values, files);
  expect(problems).toEqual([]);
  return settings;
}

describe('how a run is set up', () => {
  it('a word is short for the map that it begins', () => {
    expect(settingsOf({ launcher: 'srun' }).launcher).toEqual({ use: 'srun' });
    expect(settingsOf({ code: 'live' }).code).toMatchObject({ mode: 'live', link: [], copy: [] });
    expect(settingsOf({ checkpoint: 'ckpt/*.pt' }).checkpoint).toEqual({ path: 'ckpt/*.pt', pick: 'newest' });
    expect(settingsOf({ monitor: 10 }).monitor).toEqual({ interval: 10 });
    expect(settingsOf({ monitor: false }).monitor).toEqual({ interval: 0 });
    const { environment } = settingsOf({
      environment: { modules: 'cuda/12.4', conda: 'vision', uv: true, container: 'train.sif', setup: ['a', 'b'] },
    });
    expect(environment).toEqual({
      modules: { purge: true, use: [], load: ['cuda/12.4'] },
      conda: { env: 'vision' },
      uv: '.',
      container: { image: 'train.sif', runtime: 'apptainer', binds: [], overlays: [], env: {}, args: [] },
      setup: 'a\nb',
    });
  });

  it('what is not given of a policy has a default', () => {
    expect(settingsOf({ requeue: { on: 'timeout' } }).resources.requeue).toEqual({
      on: ['timeout'],
      max: 5,
      signal: 'USR1',
      before: 120,
    });
    expect(settingsOf({ requeue: true }).resources.requeue).toBe(true);
    expect(settingsOf({ code: { link: ['./data/', 'a//b'] } }).code).toEqual({
      link: ['data', 'a/b'],
      copy: [],
      untrackedLimit: 100 * 1024 * 1024,
    });
  });

  it('a retry rule is never, a count, or a map of what changes', () => {
    expect(
      settingsOf({
        retry: { gpu_oom: 'never', launch: 2, host_oom: { max: 2, mem: 'x1.5' }, timeout: { time_limit: '02:00:00' } },
      }).retry,
    ).toEqual({
      gpu_oom: { max: 0, excludeNode: false },
      launch: { max: 2, excludeNode: false },
      host_oom: { max: 2, mem: 'x1.5', excludeNode: false },
      timeout: { max: 1, timeLimit: '02:00:00', excludeNode: false },
    });
  });

  it('a variable without a value is passed on by its name; a secret can only be passed so', () => {
    const exported = { HF_HOME: '/scratch/hf', N: 3, HF_TOKEN: null };
    expect(settingsOf({ environment: { exports: exported } }).environment?.exports).toEqual(exported);
    expect(settingsOf({ environment: { exports: ['HF_TOKEN'] } }).environment?.exports).toEqual({ HF_TOKEN: null });
    const { settings, problems } = read({ environment: { exports: { HF_TOKEN: 'abc', A: '1' } } });
    expect(problems.map(({ code }) => code)).toEqual(['environment.secret']);
    expect(JSON.stringify(settings)).not.toContain('abc');
  });

  it('a policy that prunes by itself says what to keep', () => {
    const keep = { auto: true };
    expect(read({ checkpoint: { files: 'a', keep } }).problems).toMatchObject([
      { code: 'checkpoint.keep', message: 'checkpoint.keep has auto: true, but does not say what to keep' },
    ]);
    expect(settingsOf({ checkpoint: { files: 'a', keep: { ...keep, last: 1 } } }).checkpoint?.keep).toEqual({
      auto: true,
      last: 1,
    });
  });

  it('the text of an own script freezes with the experiment', () => {
    expect(settingsOf({ script: 'own.j2' }, { 'own.j2': 'srun x' }).script).toEqual({ file: 'own.j2', text: 'srun x' });
  });

  it('a stage has what is at the top, and may override each of it', () => {
    const stages = stagesOf(
      settingsOf({
        launcher: 'torchrun',
        monitor: 5,
        stages: { train: { command: 'a' }, eval: { command: 'b', after: 'train', launcher: 'none' } },
      }),
    );
    expect(stages.map(({ run }) => run)).toEqual([
      { launcher: { use: 'torchrun' }, monitor: { interval: 5 } },
      { launcher: { use: 'none' }, monitor: { interval: 5 } },
    ]);
  });
});
