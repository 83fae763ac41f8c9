import { formatError, SheafError } from '../../core/errors.ts';
import { isWritable, nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RoundsTaken, RoundTaker } from '../project/rounds.ts';
import type { Submitted } from '../project/types.ts';
import type { RoundOptions, RoundTaken } from './take-round.ts';

/** Looks that find nothing new take about this part of the time, unless they are slow. */
const SHARE = 0.05;
/** However long a look takes, the next one follows within this time, milliseconds. */
const LONGEST_PAUSE_MS = 60_000;
/** How long a look reads of one sweep at most, milliseconds. */
const LONGEST_MS = 2_000;
/** After an error a sweep is left alone for this time, milliseconds. */
const PAUSE_MS = 30_000;

const NOTHING: RoundsTaken = { effects: [], warnings: [], submissions: [], goesOn: [] };

/** Takes the rounds of a project. It costs one short query of the view if no sweep goes on by itself. */
export function openRounds(project: Project): RoundTaker {
  const dueMs = new Map<string, number>();
  return {
    take: async ({ asked = [], now = false, ...options } = {}) => {
      const { store } = project;
      const names = store.adaptiveSweeps();
      if (names.length === 0 || store.localFolder === undefined || !isWritable(store.paths.sheaf)) return NOTHING;
      const all: (RoundTaken & { readonly name: string })[] = [];
      for (const name of names) {
        const beganMs = nowMs();
        if (!now && beganMs < (dueMs.get(name) ?? 0)) continue;
        const taken = await takeSafely(project, name, { forMs: LONGEST_MS, ...options, isAsked: asked.includes(name) });
        const isNew = taken.effects.length + taken.submissions.length > 0;
        dueMs.set(name, nowMs() + (taken.hasFailed ? PAUSE_MS : isNew ? 0 : pauseAfter(nowMs() - beganMs)));
        all.push({ name, ...taken });
      }
      return {
        effects: all.flatMap(({ effects }) => effects),
        warnings: all.flatMap(({ warnings }) => warnings),
        submissions: all.flatMap(({ submissions }) => submissions),
        goesOn: all.flatMap(({ name, goesOn }) => (goesOn ? [name] : [])),
      };
    },
  };
}

function pauseAfter(lookMs: number): number {
  return Math.min(lookMs / SHARE, LONGEST_PAUSE_MS);
}

async function takeSafely(project: Project, name: string, options: RoundOptions): Promise<RoundTaken> {
  const { takeRound } = await import('./take-round.ts');
  try {
    return await takeRound(project, name, options);
  } catch (error) {
    if (!(error instanceof SheafError) || options.signal?.aborted) throw error;
    const warnings = [`sweep ${name} cannot go on: ${formatError(error)}`];
    return { effects: [], warnings, submissions: [], goesOn: false, hasFailed: true };
  }
}

/** Lets the sweeps begin whose members were just submitted, or are to be proposed first. */
export async function beginSweeps(
  project: Project,
  sweeps: readonly string[],
  submitted: Submitted,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Submitted> {
  const taken = await openRounds(project).take({ asked: sweeps, now: true, ...(signal && { signal }) });
  return {
    ...submitted,
    submissions: [...submitted.submissions, ...taken.submissions],
    rounds: taken.effects,
    warnings: [...submitted.warnings, ...taken.warnings],
  };
}
