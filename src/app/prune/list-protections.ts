import { dirname, isAbsolute, join, sep } from 'node:path';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { listPins } from '../../core/experiment/record.ts';
import type { KeepReason } from '../../core/files/plan-pruning.ts';
import { folderEntries, realPath } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/**
 * The checkpoints of an experiment that stay whatever a policy says: those that are needed, see {@link listNeeded}, or that
 * a link in the folder of the experiment leads to.
 *
 * @param folder that of the experiment
 * @param paths of its checkpoints, relative to it; absolute if they are not in there
 */
export function listProtections(
  project: Project,
  experiment: Experiment,
  folder: string,
  paths: readonly string[],
): Map<string, KeepReason[]> {
  return match(paths, [...getNeeds(project, experiment), ...listLinked(folder, paths)]);
}

/** The checkpoints, of these, that have a name in the project or that another experiment starts from. */
export function listNeeded(
  project: Project,
  experiment: Experiment,
  paths: readonly string[],
): Map<string, KeepReason[]> {
  return match(paths, getNeeds(project, experiment));
}

/** Why something at a path stays. */
interface Need {
  readonly path: string;
  readonly reason: KeepReason;
}

function getNeeds({ store }: Project, { key, record }: Experiment): Need[] {
  return [
    ...listPins(record).map(([name, { path }]): Need => ({ path, reason: { kind: 'pinned', name } })),
    ...store.startedFrom(key).flatMap((other): Need[] => {
      const start = other.record.created?.value.start;
      return start === undefined ? [] : [{ path: start.path, reason: { kind: 'start', exp: other.expId } }];
    }),
  ];
}

function match(paths: readonly string[], needs: readonly Need[]): Map<string, KeepReason[]> {
  const found = paths.map((path): [string, KeepReason[]] => [
    path,
    needs.flatMap(({ path: meant, reason }) => (isWithin(meant, path) || isWithin(path, meant) ? [reason] : [])),
  ]);
  return new Map(found.filter(([, reasons]) => reasons.length > 0));
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(other + sep);
}

/** The links in the folders of checkpoints, and in those above them, that lead to one. */
function listLinked(folder: string, paths: readonly string[]): Need[] {
  const real = resolve(folder);
  if (real === undefined) return [];
  const folders = new Set(paths.filter((path) => !isAbsolute(path)).flatMap(listParents));
  return [...folders].flatMap((inner) =>
    folderEntries(join(folder, inner)).flatMap(({ name, kind }) => {
      if (kind !== 'link') return [];
      const link = join(inner, name.toString());
      const target = resolve(join(folder, link));
      return target?.startsWith(real + sep)
        ? [{ path: target.slice(real.length + 1), reason: { kind: 'linked', name: link } }]
        : [];
    }),
  );
}

/** The folders above a path, up to the one that it is relative to. */
function listParents(path: string): string[] {
  const parents = [];
  for (let each = dirname(path); each !== '.'; each = dirname(each)) parents.push(each);
  return [...parents, ''];
}

/** Undefined if it leads nowhere. */
function resolve(path: string): string | undefined {
  try {
    return realPath(path);
  } catch {
    return undefined;
  }
}
