import { relative } from 'node:path';
import { formatStart, type StartPoint } from '../../core/experiment/checkpoint-file.ts';
import { throwProblems, type Problem } from '../../core/errors.ts';
import { asKey } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { isoTime } from '../../system/index.ts';
import { readEvents } from '../../store/index.ts';
import type { Project } from '../project/project.ts';
import { findCheckpoints } from './find-checkpoints.ts';
import { isSetAside, measureStart } from './measure-start.ts';
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
export async function checkStarts(project: Project, all: readonly Starting[], now: string): Promise<void> {
  const files = Map.groupBy(all, ({ start }) => JSON.stringify([start.key, start.path, start.bytes, start.changedMs]));
  const problems: Problem[] = [];
  for (const users of files.values()) {
    const problem = await findProblem(project, users);
    if (problem !== undefined) problems.push({ ...problem, now });
  }
  throwProblems(problems);
}

async function findProblem(project: Project, users: readonly Starting[]): Promise<Problem | undefined> {
  const [first] = users;
  if (first === undefined) return undefined;
  const { start, expId } = first;
  const file = getStartPath(project, start);
  const found = await measureStart(project, start);
  if (found?.bytes === start.bytes && isSameTime(found.changedMs, start.changedMs)) return undefined;
  const exp = nameSource(project, start);
  const [name, path] = [formatStart({ ...start, exp }), relative(project.root, file)];
  const isAside = found === undefined && isSetAside(project, start);
  const whys = [
    found === undefined
      ? describeLoss(project, start, isAside)
      : `it had ${describe(start)} and has ${describe(found)} now`,
    ...(expId === undefined
      ? []
      : [`${formatList([...new Set(users.map((user) => user.expId ?? ''))])} starts from it`]),
  ];
  return {
    code: found === undefined ? 'start.gone' : 'start.changed',
    message: `the checkpoint ${name} ${found === undefined ? 'is gone' : 'was written again'}: ${path}`,
    why: whys.filter((why) => why !== undefined).join('; '),
    fix: isAside
      ? `finish that, which puts back what is needed: sheaf checkpoints prune ${exp}`
      : await findFix(project, exp, expId),
  };
}

/** @param exp what wrote the checkpoint */
async function findFix(project: Project, exp: string, expId: string | undefined): Promise<string> {
  if (expId === undefined) return `to see which there are: sheaf checkpoints list ${exp}`;
  const writer = project.store.find(exp);
  const others = writer && (await findCheckpoints(project, writer)).checkpoints;
  return others === undefined || others.length > 0
    ? `to start from another one: sheaf clone ${expId} --start-from ${exp}@newest`
    : `${exp} has no checkpoints any more; to make them again: sheaf rerun ${exp}`;
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
function describeLoss(project: Project, { key, path }: StartPoint, isAside: boolean): string | undefined {
  if (isAside) return 'a prune set it aside and has not finished';
  if (project.store.find(nameSource(project, { key, exp: '' }))?.record.pruned === undefined) return undefined;
  const event = readEvents(project.store.paths, asKey(key), []).findLast(
    (each) => each.type === 'pruned' && each.files.some((file) => file.path === path),
  );
  return event && `sheaf checkpoints prune deleted it at ${isoTime(event.atMs)}`;
}
