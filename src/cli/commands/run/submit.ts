import type { DryRun, ExperimentManager, SubmitOptions, Submitted } from '../../../app/index.ts';
import { formatAdvised } from '../../../core/experiment/advised.ts';
import { dryRunJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import { skippedLines } from '../../views/acted.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { type Flag, SELECTION_FLAGS } from '../../flags/flags.ts';
import { scriptsText } from '../../views/script-view.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';
import { submittedAnswer } from '../../views/submitted.ts';
import { waitAnswer } from '../../views/waiting.ts';
import { some } from '../../shell/words.ts';

/** Flags that `submit`, `retry` and `run` share. */
export const PLACING_FLAGS: readonly Flag[] = [
  { name: 'stage', value: 'NAME', help: 'Only this stage (default: all stages)' },
  { name: 'max-parallel', value: 'N', help: 'Run at most N of them at once' },
  { name: 'advise', help: 'Let the advisor choose the resources of this attempt' },
  { name: 'hold', help: 'Queue jobs without letting them start' },
];

export const AFTER_FLAG: Flag = {
  name: 'after',
  value: 'ID',
  many: 'repeat',
  help: 'Start only after this experiment has completed',
  offers: 'experiment',
};

/** Flags that `submit` and `retry` share. */
export const SUBMIT_FLAGS: readonly Flag[] = [
  ...PLACING_FLAGS,
  {
    name: 'set',
    value: 'KEY=VALUE',
    many: 'repeat',
    help: 'Set a resource for this attempt only: time_limit=02:00:00',
  },
  { name: 'wait', help: 'Wait until they end; the exit code is that of sheaf wait' },
];

export const command: Command = {
  name: 'submit',
  summary: 'Submit experiments. Safe to repeat',
  examples: [
    ['sheaf submit resnet50_exp'],
    ['sheaf submit resnet50_exp --dry-run', 'show the command and the script'],
    ['sheaf submit --sweep lrs --max-parallel 4', 'a sweep, four at a time'],
    ['sheaf submit resnet50_exp --set time_limit=08:00:00'],
    ['sheaf submit resnet50_exp --advise', 'in the best place according to sheaf advise'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'dry-run', help: 'Show the command and the scripts, and change nothing; -v shows all scripts' },
    ...SUBMIT_FLAGS,
    AFTER_FLAG,
    ...SELECTION_FLAGS,
  ],
  notes: ['Each requested stage gets an attempt, unless it has one that is queued, running or completed.'],
  all: 'status = created',
  run: async (args, session) => {
    const selector = requireSelector(args, 'submit');
    const options = submitOptions(args, session);
    const manager = await session.open();
    if (args.has('dry-run')) return dryRunAnswer(await manager.dryRun(selector, options), session.globals.verbose);
    return reportSubmitted(manager, await manager.submit(selector, options), args, session);
  },
};

/** Shows what was submitted and, with `--wait`, waits for it. */
export async function reportSubmitted(
  manager: ExperimentManager,
  submitted: Submitted,
  args: Args,
  session: Session,
): Promise<Answer> {
  const answer = submittedAnswer(submitted);
  const ids = experimentsOf(submitted);
  if (!args.has('wait') || ids.length === 0) return answer;
  session.tell({ ...answer, next: [] });
  return waitAnswer(manager, { ids }, session);
}

function experimentsOf({ submissions, nothingToDo, deferred }: Submitted): string[] {
  const members = submissions.flatMap((submission) => submission.members);
  return [...new Set([...members, ...nothingToDo, ...deferred].map(({ expId }) => expId))];
}

export function submitOptions(args: Args, session: Session): SubmitOptions {
  const { signal, progress } = session;
  return { signal, progress, ...placingOptions(args, session), set: readSets(args.texts('set')) };
}

/** Those of {@link submitOptions} that `run` has, too. */
export function placingOptions(args: Args, { globals }: Session): SubmitOptions {
  const stage = args.text('stage');
  const maxParallel = args.count('max-parallel');
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(maxParallel === undefined ? {} : { maxParallel }),
    ...(args.has('after') ? { after: args.texts('after') } : {}),
    ...(args.has('hold') ? { hold: true } : {}),
    ...(args.has('advise') ? { advise: true } : {}),
    ...(globals.yes ? { accept: true } : {}),
  };
}

/** The command and the scripts, as they would be. @param whole all scripts in full */
export function dryRunAnswer(found: DryRun, whole: boolean): Answer {
  const { scripts, nothingToDo, warnings } = found;
  return {
    data: dryRunJson(found),
    text: () =>
      [
        ...scripts.map(({ stage, expIds, script, run, command: ran, advised }) => {
          const texts = scriptsText({ script, run, of: expIds[0] ?? '', submitted: false }, whole);
          const chosen = advised === undefined ? '' : `# the advisor would choose ${formatAdvised(advised)}\n`;
          return `# would submit ${some(expIds)} · ${stage}\n${chosen}# ${ran}\n\n${texts}`;
        }),
        ...skippedLines(nothingToDo),
      ].join('\n'),
    ...(scripts.length > 0 && { isForPasting: true }),
    warnings,
  };
}
