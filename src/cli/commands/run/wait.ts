import { inputError } from '../../../core/errors.ts';
import type { Args } from '../../flags/args.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Command } from '../../shell/command.ts';
import type { Session } from '../../shell/session.ts';
import { NO_HARVEST, SELECTION_FLAGS } from '../../flags/flags.ts';
import { requireSelector, IDS } from '../../flags/selection.ts';
import { readSets } from '../../flags/sets.ts';
import { waitJobAnswer, waitJobsStoppedAnswer } from '../../views/sweeps/wait-job-view.ts';
import { waitAnswer } from '../../views/waiting.ts';

export const command: Command = {
  name: 'wait',
  summary: 'Wait until experiments end, and read their results',
  examples: [
    ['sheaf wait resnet50_exp && sheaf show resnet50_exp'],
    ['sheaf wait --sweep lrs'],
    ['sheaf wait --where "status in (queued, running)"'],
    ['sheaf wait --sweep tuned --as-job', 'in a job of one CPU, for sites that end what stays on login nodes'],
    ['sheaf wait --sweep tuned --as-job --stop', 'end that job; the sweep runs on'],
  ],
  positionals: [IDS],
  flags: [
    NO_HARVEST,
    { name: 'as-job', help: 'Wait for a sweep in a job, which submits its successor before its time limit' },
    {
      name: 'set',
      value: 'KEY=VALUE',
      many: 'repeat',
      help: 'With --as-job: a resource of that job, partition=cpu or time_limit=12:00:00',
    },
    { name: 'stop', help: 'With --as-job: end that job' },
    ...SELECTION_FLAGS,
  ],
  notes: [
    'The exit code is 0 if all completed or were stopped, 1 if none did, 3 if some did. Ctrl-C stops the waiting, not the jobs.',
  ],
  all: 'status in (queued, running)',
  run: async (args, session) => {
    if (args.has('as-job')) return waitAsJob(args, session);
    const extra = ['set', 'stop'].find((flag) => args.has(flag));
    if (extra !== undefined)
      throw inputError('cli.flag.needs', `--${extra} has no effect without --as-job`, { fix: 'add --as-job' });
    const selector = requireSelector(args, 'wait');
    return waitAnswer(await session.open(), selector, session, { harvest: !args.has('no-harvest') });
  },
};

async function waitAsJob(args: Args, session: Session): Promise<Answer> {
  const sweep = args.text('sweep');
  if (sweep === undefined || args.positionals.length > 0 || args.has('where')) {
    throw inputError('cli.wait.as_job', 'a job waits for one whole sweep', {
      fix: 'sheaf wait --sweep NAME --as-job',
      now: 'nothing was submitted',
    });
  }
  const set = readSets(args.texts('set'));
  const manager = await session.open();
  if (args.has('stop')) return waitJobsStoppedAnswer(sweep, await manager.stopWaitJobs(sweep));
  return waitJobAnswer(await manager.startWaitJob({ sweep, set, harvest: !args.has('no-harvest') }));
}
