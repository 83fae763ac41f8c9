import { compileCheckpointPattern } from '../../core/files/checkpoint-step.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { isOwnFile } from '../../core/files/own-files.ts';
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
  const isIn = (pattern: string, place: readonly string[], inner: readonly string[]): boolean => {
    const { glob } = compileCheckpointPattern(pattern);
    return !glob.isAbsolute && glob.names.length > 0 && fitsStart(glob.names, place, inner);
  };
  return (path) => {
    if (isOwnFile(path)) return false;
    const names = path.split('/');
    const [first, attempt = '', ...inner] = names;
    if (first !== 'attempts') return searches.some(({ patternOf }) => isIn(patternOf(1), [], names));
    const [, stage, n] = /^(.+)-([1-9]\d*)$/.exec(attempt) ?? [];
    const search = searches.find((each) => each.stage === stage);
    if (search === undefined || inner.length === 0) return false;
    const places = ['', 'work', ...search.prefixes.map((prefix) => `work/${prefix}`)];
    const pattern = search.patternOf(Number(n));
    return places.some((place) => {
      const below = place === '' ? [] : place.split('/');
      const isBelow = below.every((name, i) => inner[i] === name);
      return isBelow && isIn(pattern, [first, attempt, ...below], inner.slice(below.length));
    });
  };
}

/** Whether the pattern stands for the path, or for a folder that it is in. @param before names before the path */
function fitsStart([next, ...rest]: readonly GlobName[], before: readonly string[], names: readonly string[]): boolean {
  const [name, ...inner] = names;
  if (next === undefined) return !isOwnFile(before.join('/'));
  if (name === undefined) return false;
  const through = [...before, name];
  switch (next.kind) {
    case 'plain':
      return name === next.name && fitsStart(rest, through, inner);
    case 'glob':
      return next.fits(name) && fitsStart(rest, through, inner);
    case 'tree':
      if (rest.length > 0 && fitsStart(rest, before, names)) return true;
      if (name.startsWith('.')) return false;
      return (rest.length === 0 && fitsStart([], through, inner)) || fitsStart([next, ...rest], through, inner);
  }
}
