import type {
  ExperimentManager,
  NewSweep,
  SpaceTexts,
  SubmitOptions,
  SweepMade,
  SweepOptions,
  SweepPreview,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { readArgument, type Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Flag } from '../../flags/flags.ts';
import type { Session } from '../../shell/session.ts';
import { PROPOSE_FLAGS, readSearch, refuseParameters, STOP_FLAGS } from '../../flags/search.ts';
import { MODES, readMode } from '../../flags/modes.ts';
import { readSets } from '../../flags/sets.ts';
import { count } from '../../shell/words.ts';
import {
  sweepAnswer,
  sweepMadeAnswer,
  sweepPlanAnswer,
  sweepPlanText,
  sweepSubmittedAnswer,
  sweepSetAnswer,
} from '../../views/sweep-view.ts';
import { DESCRIBING_FLAGS, findTemplate, getTemplateFlags, requireTemplate, TEMPLATE, TEMPLATE_FLAG } from './new.ts';

/** Flags that say what a sweep varies. */
export const SPACE_FLAGS: readonly Flag[] = [
  { name: 'grid', value: 'NAME=A,B', many: 'repeat', commas: true, help: 'All combinations with these values' },
  {
    name: 'zip',
    value: 'NAME=A,B',
    many: 'repeat',
    commas: true,
    help: 'Values combined pairwise with those of other --zip',
  },
  { name: 'random', value: 'N', help: 'Number of random samples' },
  {
    name: 'draw',
    value: 'NAME=DIST',
    many: 'repeat',
    help: 'Distribution to sample: lr=loguniform(1e-5,1e-1), n=int(1,8), x=uniform(0,1), o=choice(sgd,adam)',
  },
  { name: 'random-seed', value: 'N', help: 'Seed of the random samples (always recorded)' },
  { name: 'from', value: 'FILE', help: 'One experiment for each row of a CSV or JSON file', offers: 'file' },
];

const MAKING_FLAGS: readonly Flag[] = [
  { name: 'dry-run', help: 'Show what would be created, and change nothing' },
  { name: 'submit', help: 'Also submit them; asks first if there are many' },
  { name: 'max-parallel', value: 'N', help: 'Run at most N of them at once, also when they are submitted later' },
];

const FLAGS: readonly Flag[] = [
  TEMPLATE_FLAG,
  { name: 'name', value: 'S', help: 'Same as NAME: the name of the sweep (default: TEMPLATE-001 and so on)' },
  ...SPACE_FLAGS,
  ...PROPOSE_FLAGS,
  ...STOP_FLAGS,
  { name: 'id', value: 'PATTERN', help: "Pattern for names: 'lr{learning_rate}_s{seed}'" },
  ...MAKING_FLAGS,
  ...DESCRIBING_FLAGS,
];

const extend: Command = {
  name: 'sweep extend',
  summary: 'Add values to a sweep; creates only the missing members',
  examples: [['sheaf sweep extend lrs --grid seed=7,8'], ['sheaf sweep extend lrs --grid seed=7,8 --submit']],
  positionals: [{ name: 'NAME', offers: 'sweep' }],
  flags: [...SPACE_FLAGS, ...MAKING_FLAGS],
  run: async (args, session) => {
    const [name = ''] = args.positionals;
    const space = spaceOf(args);
    const manager = await session.open();
    return makeSweep(args, session, manager, {
      plan: (submit) => manager.planExtension(name, space, submit),
      make: (options) => manager.extendSweep(name, space, options),
    });
  },
};

const show: Command = {
  name: 'sweep show',
  summary: 'Show what a sweep varies, and its progress',
  examples: [
    ['sheaf sweep show lrs'],
    ['sheaf sweep show lrs --importance --metric val_acc'],
    ['sheaf sweep show tuned --decisions', 'why each trial was stopped'],
  ],
  positionals: [{ name: 'NAME', offers: 'sweep' }],
  flags: [
    { name: 'decisions', help: 'Why each trial was stopped' },
    { name: 'importance', help: 'How much each parameter decides which runs are the best (PED-ANOVA)' },
    { name: 'metric', value: 'METRIC', help: 'With --importance: best by this metric', offers: 'field' },
    ...MODES,
  ],
  run: async (args, session) => {
    const [name = ''] = args.positionals;
    const manager = await session.open();
    const summary = await manager.showSweep(name);
    const decisions = args.has('decisions');
    if (decisions && summary.search === undefined) {
      throw inputError('cli.sweep.decisions', `nothing is decided on the sweep ${name}`, {
        why: 'its members are neither stopped nor proposed',
        fix: `let sheaf stop the worst: sheaf sweep set ${name} --stop asha --metric METRIC --from-step 3 --to-step 81`,
      });
    }
    if (!args.has('importance')) {
      const extra = ['metric', 'max', 'min'].find((flag) => args.has(flag));
      if (extra === undefined) return sweepAnswer(summary, { decisions });
      throw inputError('cli.flag.needs', `--${extra} has no effect without --importance`, { fix: 'add --importance' });
    }
    const [metric, mode] = [args.text('metric'), readMode(args)];
    const importance = await manager.importance({
      sweep: name,
      ...(metric === undefined ? {} : { metric }),
      ...(mode === undefined ? {} : { mode }),
    });
    return sweepAnswer(summary, { importance, decisions });
  },
};

const set: Command = {
  name: 'sweep set',
  summary: 'Change how many members of a sweep run at once, and how it goes on by itself',
  examples: [
    ['sheaf sweep set lrs --max-parallel 8', 'also for arrays in the queue'],
    ['sheaf sweep set lrs --max-parallel 0', 'no limit'],
    ['sheaf sweep set lrs --metric val_acc --stop asha --from-step 3 --to-step 81', 'stop the worst from now on'],
    ['sheaf sweep set tuned --trials 300 --stop none', 'propose more, stop no more members'],
  ],
  positionals: [{ name: 'NAME', offers: 'sweep' }],
  flags: [
    { name: 'max-parallel', value: 'N', help: 'Run at most N of each stage at once; 0: no limit' },
    { name: 'trials', value: 'N', help: 'Of a sweep that proposes members: propose at most N' },
    ...STOP_FLAGS,
    ...PROPOSE_FLAGS.filter(({ name }) => name !== 'search'),
  ],
  run: async (args, session) => {
    const [name = ''] = args.positionals;
    const trials = args.count('trials');
    const asked = readSearch(args);
    const search = trials === undefined ? asked : { ...asked, trials };
    const changes = withoutUndefined({ maxParallel: args.count('max-parallel', 0), search });
    if (Object.keys(changes).length === 0) {
      throw inputError('cli.sweep.set', 'sheaf sweep set needs something to change', {
        fix: '--max-parallel 8, or --stop none',
      });
    }
    const manager = await session.open();
    return sweepSetAnswer(await manager.setSweep(name, changes));
  },
};

export const command: Command = {
  name: 'sweep',
  summary: 'Create many experiments from a search space',
  examples: [
    ['sheaf sweep imagenet --grid learning_rate=0.1,0.01 --grid seed=1,2,3'],
    ['sheaf sweep imagenet lrs --grid seed=1,2,3 --submit --max-parallel 2', 'with a name of its own'],
    ['sheaf sweep imagenet tuned --random 20 --draw "learning_rate=loguniform(1e-5,1e-1)"'],
    ['sheaf sweep extend lrs --grid seed=7,8'],
    [
      'sheaf sweep imagenet best --draw "lr=loguniform(1e-5,1e-1)" --search 200 --metric val_acc --stop asha --from-step 3 --to-step 81 --max-parallel 16',
      'propose members, stop the worst',
    ],
  ],
  positionals: [TEMPLATE, { name: 'NAME', min: 0 }],
  flags: FLAGS,
  verbs: { extend, set, show },
  notes: ['Every parameter of the template is also a flag, for a value that all members share.'],
  learn: (words, session) => getTemplateFlags(findTemplate(words, FLAGS), session, FLAGS),
  run: async (args, session) => {
    const sweep = await sweepOf(args, session);
    const manager = await session.open();
    return makeSweep(args, session, manager, {
      plan: (submit) => manager.planSweep(sweep, submit),
      make: (options) => manager.createSweep(sweep, options),
    });
  },
};

async function sweepOf(args: Args, session: Session): Promise<NewSweep> {
  const template = await requireTemplate(args, session, 'sweep');
  const { parameters } = await (await session.open()).describeTemplate(template);
  refuseParameters(
    args,
    parameters.map((parameter) => parameter.name),
  );
  const name = readArgument(args, 1, 'name');
  const id = args.text('id');
  const description = args.text('description');
  return {
    template,
    ...(name === undefined ? {} : { name }),
    space: spaceOf(args, true),
    flags: args.keys,
    sets: readSets(args.texts('set')),
    ...withoutUndefined({ search: readSearch(args) }),
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
  };
}

/** What {@link SPACE_FLAGS} say. @param mayPropose whether draws may be without their number, so that members are proposed */
export function spaceOf(args: Args, mayPropose: boolean = false): SpaceTexts {
  const draws = args.texts('draw');
  const number = args.count('random');
  const seed = args.count('random-seed', 0);
  const from = args.text('from');
  const isOpen = mayPropose && draws.length > 0;
  if (number === undefined && !isOpen && (draws.length > 0 || seed !== undefined)) {
    throw inputError('sweep.random.count', '--draw and --random-seed have no effect without --random', {
      fix: 'add --random 20',
    });
  }
  return {
    ...(args.has('grid') ? { grid: args.texts('grid') } : {}),
    ...(args.has('zip') ? { zip: args.texts('zip') } : {}),
    ...(number === undefined && !isOpen ? {} : { random: withoutUndefined({ count: number, draws, seed }) }),
    ...(from === undefined ? {} : { from }),
  };
}

interface Making {
  readonly plan: (submit?: SubmitOptions) => Promise<SweepPreview>;
  readonly make: (options: SweepOptions) => Promise<SweepMade>;
}

async function makeSweep(
  args: Args,
  session: Session,
  manager: ExperimentManager,
  { plan, make }: Making,
): Promise<Answer> {
  if (args.has('dry-run')) return sweepPlanAnswer(await plan());
  const maxParallel = args.count('max-parallel');
  const { signal, progress } = session;
  const options = { signal, progress, ...(maxParallel === undefined ? {} : { maxParallel }) };
  if (!args.has('submit')) return sweepMadeAnswer(await make(options), session.signal.aborted);
  const planned = await plan(options);
  const shown = await askBeforeSubmitting(planned, session);
  const made = await make(options);
  if (session.signal.aborted) return sweepMadeAnswer(made, true);
  const submitted = await manager.submitSweep(made, options);
  const answer = sweepSubmittedAnswer(made, submitted);
  return { ...answer, warnings: (answer.warnings ?? []).filter((warning) => !shown.includes(warning)) };
}

/**
 * Asks before a large sweep is made and submitted.
 *
 * @returns the warnings that were shown with the question
 * @throws SheafError `cli.question.*` if the answer is not yes
 */
export async function askBeforeSubmitting(plan: SweepPreview, session: Session): Promise<readonly string[]> {
  if (!plan.isLarge) return [];
  const what = count(plan.count, 'experiment');
  const shown = session.globals.yes ? [] : plan.warnings;
  if (!session.globals.yes) session.say(sweepPlanText(plan).trimEnd());
  for (const warning of shown) session.say(`warning: ${warning}`);
  await session.confirm({ ask: `Create and submit ${what}?`, would: `this would create and submit ${what}` });
  return shown;
}
