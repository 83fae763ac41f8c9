import { compileCheckpointPattern } from '../../core/experiment/checkpoint-step.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { GlobName } from '../../core/text/bash-glob.ts';
import type { renderCheckpoint } from '../../template/index.ts';
import { makeSearch } from './find-checkpoints.ts';

/** Says of a path below the folder of an experiment whether it is a checkpoint of it, or in one. */
export type CheckpointTest = (path: string) => boolean;

/**
 * The same as {@link findCheckpoints} finds, for paths that are known already: no folder is read. Absolute patterns lead
 * out of the folder, and are left out.
 */
export function makeCheckpointTest(experiment: Experiment, render: typeof renderCheckpoint): CheckpointTest {
  const searches = stagesOf(experiment.settings)
    .filter(({ run }) => run.checkpoint !== undefined)
    .map((stage) => makeSearch(experiment, stage, render));
  const isIn = (pattern: string, names: readonly string[]): boolean => {
    const { glob } = compileCheckpointPattern(pattern);
    return !glob.isAbsolute && glob.names.length > 0 && fitsStart(glob.names, names);
  };
  return (path) => {
    const names = path.split('/');
    const [first, attempt = '', ...inner] = names;
    if (first !== 'attempts') return searches.some(({ patternOf }) => isIn(patternOf(1), names));
    const [, stage, n] = /^(.+)-([1-9]\d*)$/.exec(attempt) ?? [];
    const search = searches.find((each) => each.stage === stage);
    if (search === undefined || inner.length === 0) return false;
    const places = ['', 'work', ...search.prefixes.map((prefix) => `work/${prefix}`)];
    const pattern = search.patternOf(Number(n));
    return places.some((place) => {
      const below = place === '' ? [] : place.split('/');
      return below.every((name, i) => inner[i] === name) && isIn(pattern, inner.slice(below.length));
    });
  };
}

/** Whether the pattern stands for the path, or for a folder that it is in. */
function fitsStart([next, ...rest]: readonly GlobName[], names: readonly string[]): boolean {
  const [name, ...inner] = names;
  if (next === undefined) return true;
  if (name === undefined) return false;
  switch (next.kind) {
    case 'plain':
      return name === next.name && fitsStart(rest, inner);
    case 'glob':
      return next.fits(name) && fitsStart(rest, inner);
    case 'tree':
      if (rest.length > 0 && fitsStart(rest, names)) return true;
      return !name.startsWith('.') && (rest.length === 0 || fitsStart([next, ...rest], inner));
  }
}
