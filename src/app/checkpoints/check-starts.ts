import { relative } from 'node:path';
import { formatStart, type StartPoint } from '../../core/experiment/checkpoint-file.ts';
import { throwProblems, type Problem } from '../../core/errors.ts';
import { asKey } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { isoTime } from '../../system/index.ts';
import { readEvents } from '../../store/index.ts';
import type { Project } from '../project/project.ts';
import { measureCheckpoint } from './found-checkpoint.ts';
import { getStartPath, nameSource } from './start-file.ts';

/** What starts from a checkpoint. */
interface Starting {
  /** Absent while it has no name. */
  readonly expId?: string | undefined;
  readonly start: StartPoint;
}

/**
 * Checks that checkpoints are there as they were when they were chosen: by size and time, not by content. Each file is
 * checked once.
 *
 * @param now what was not done
 * @throws SheafError `start.gone`, `start.changed`
 */
export function checkStarts(project: Project, all: readonly Starting[], now: string): void {
  const files = Map.groupBy(all, ({ start }) => JSON.stringify([start.key, start.path, start.bytes, start.changedMs]));
  throwProblems(
    [...files.values()].flatMap((users) => {
      const problem = findProblem(project, users);
      return problem === undefined ? [] : [{ ...problem, now }];
    }),
  );
}

function findProblem(project: Project, users: readonly Starting[]): Problem | undefined {
  const [first] = users;
  if (first === undefined) return undefined;
  const { start, expId } = first;
  const file = getStartPath(project, start);
  const found = measureCheckpoint(file, { onUnreadable: () => undefined });
  if (found?.bytes === start.bytes && isSameTime(found.changedMs, start.changedMs)) return undefined;
  const exp = nameSource(project, start);
  const [name, path] = [formatStart({ ...start, exp }), relative(project.root, file)];
  const whys = [
    found === undefined ? whenPruned(project, start) : `it had ${describe(start)} and has ${describe(found)} now`,
    ...(expId === undefined
      ? []
      : [`${formatList([...new Set(users.map((user) => user.expId ?? ''))])} starts from it`]),
  ];
  return {
    code: found === undefined ? 'start.gone' : 'start.changed',
    message: `the checkpoint ${name} ${found === undefined ? 'is gone' : 'was written again'}: ${path}`,
    why: whys.filter((why) => why !== undefined).join('; '),
    fix:
      expId === undefined
        ? `to see which there are: sheaf checkpoints list ${exp}`
        : `to start from another one: sheaf clone ${expId} --start-from ${exp}@newest`,
  };
}

/** Archives and some file systems keep whole seconds. */
function isSameTime(a: number, b: number): boolean {
  const isWhole = a % 1000 === 0 || b % 1000 === 0;
  return a === b || (isWhole && Math.floor(a / 1000) === Math.floor(b / 1000));
}

function describe({ bytes, changedMs }: Pick<StartPoint, 'bytes' | 'changedMs'>): string {
  return `${formatCount(bytes, 'byte')} of ${isoTime(changedMs)}`;
}

/** The journal is read for it: it says which files were deleted, the record only how many. */
function whenPruned(project: Project, { key, path }: StartPoint): string | undefined {
  if (project.store.find(nameSource(project, { key, exp: '' }))?.record.pruned === undefined) return undefined;
  const event = readEvents(project.store.paths, asKey(key), []).findLast(
    (each) => each.type === 'pruned' && each.files.some((file) => file.path === path),
  );
  return event && `sheaf checkpoints prune deleted it at ${isoTime(event.atMs)}`;
}
