import type { Pin, StartPoint } from '../../core/experiment/checkpoint-file.ts';
import { SheafError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import { listPins } from '../../core/experiment/record.ts';
import { memoize } from '../../core/text/memoize.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Project } from '../project/project.ts';
import { chooseCheckpoint, type CheckpointChoice } from './choose-checkpoint.ts';
import { findPinned } from './pins.ts';
import { makeUnknownPin, makeUnknownStart, toStartError } from './start-errors.ts';

/** Finds the checkpoint that a text such as `pretrain@best` means. @throws SheafError `start.*`, `checkpoint.*` */
export type FindStart = (asked: string) => Promise<StartPoint>;

/** Each text is looked up once: what is made together starts from the same file. */
export function findStartsOnce(project: Project): FindStart {
  return memoize(String, (asked: string) => findStart(project, asked));
}

/** What is about to be made, with the checkpoint that its settings name. @throws SheafError as {@link FindStart} */
export async function withStart<T extends { readonly config: Frozen; readonly start?: StartPoint }>(
  draft: T,
  find: FindStart,
): Promise<T> {
  const asked = draft.config.settings.start_from;
  return asked === undefined || draft.start !== undefined ? draft : { ...draft, start: await find(asked) };
}

async function findStart(project: Project, asked: string): Promise<StartPoint> {
  const [name = '', which] = asked.split('@');
  const writer = project.store.find(name);
  if (writer !== undefined) {
    const pin = await findIn(project, writer, which ?? 'newest');
    return { ...pin, key: writer.key, exp: writer.expId, asked };
  }
  const pinned = which === undefined ? findPinned(project, name) : undefined;
  if (pinned === undefined) throw makeUnknownStart(project, name);
  const { key, expId } = pinned.experiment;
  return { ...pinned.pin, key, exp: expId, asked };
}

/** @param which `newest`, `best`, a step, or the name of a pinned one */
async function findIn(project: Project, writer: Experiment, which: string): Promise<Pin> {
  const choice = toChoice(which);
  if (choice === undefined) {
    const [, pin] = listPins(writer.record).find(([name]) => name === which) ?? [];
    if (pin === undefined) throw makeUnknownPin(writer, which);
    return pin;
  }
  try {
    const { checkpoint, metric } = await chooseCheckpoint(project, writer, choice);
    const { attempt, path, step, bytes, changedMs } = checkpoint;
    return withoutUndefined({ attempt, path, step, bytes, changedMs, metric });
  } catch (error) {
    throw error instanceof SheafError ? toStartError(writer, error) : error;
  }
}

function toChoice(which: string): CheckpointChoice | undefined {
  if (which === 'best' || which === 'newest') return which;
  return /^[0-9]+$/.test(which) ? Number(which) : undefined;
}
