import type { RunExperimentOptions, RunRequest, TemplateSource } from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { withoutUndefined } from '../../../core/value.ts';
import type { Command, DynamicFlags } from '../../shell/command.ts';
import { readArgument, type Args } from '../../flags/args.ts';
import { GLOBAL_FLAGS, NO_HARVEST, type Flag } from '../../flags/flags.ts';
import { PROPOSE_FLAGS, readSearch, refuseParameters, STOP_FLAGS } from '../../flags/search.ts';
import { readSets } from '../../flags/sets.ts';
import { valueOf } from '../../shell/globals.ts';
import { makeParameterFlags, RESERVED_FLAGS } from '../../shell/parameter-flags.ts';
import type { Session } from '../../shell/session.ts';
import { followRun } from '../../views/run-view.ts';
import { sweepPlanAnswer } from '../../views/sweep-view.ts';
import {
  DESCRIBING_FLAGS,
  findTemplate,
  getTemplateFlags,
  requireTemplate,
  TEMPLATE,
  TEMPLATE_FLAG,
} from '../make/new.ts';
import { askBeforeSubmitting, SPACE_FLAGS, spaceOf } from '../make/sweep.ts';
import { explainProgram } from './explain-program.ts';
import { AFTER_FLAG, dryRunAnswer, PLACING_FLAGS, placingOptions } from './submit.ts';

const FLAGS: readonly Flag[] = [
  { name: 'detach', help: 'Submit, and do not follow' },
  { name: 'dry-run', help: 'Show what would be created and submitted, and change nothing' },
  ...SPACE_FLAGS,
  ...PROPOSE_FLAGS,
  ...STOP_FLAGS,
  TEMPLATE_FLAG,
  { name: 'exp-id', value: 'ID', help: 'Same as ID, of one experiment' },
  { name: 'name', value: 'S', help: 'Same as ID, of a sweep' },
  { name: 'id', value: 'PATTERN', help: "Pattern for names of the members of a sweep: 'lr{learning_rate}_s{seed}'" },
  ...DESCRIBING_FLAGS,
  { name: 'notes', value: 'TEXT', help: 'A remark, about one experiment' },
  ...PLACING_FLAGS,
  AFTER_FLAG,
  NO_HARVEST,
];

export const command: Command = {
  name: 'run',
  summary: 'Create, submit and follow an experiment or a sweep, to the result',
  examples: [
    ['sheaf run baseline --learning-rate 0.01'],
    [
      'sheaf run baseline --grid learning_rate=0.1,0.01 --grid seed=1,2,3',
      'a sweep: its progress, then mean ± std over the seeds',
    ],
    [
      'sheaf run baseline --draw "learning_rate=loguniform(1e-4,1)" --search 50 --metric loss --stop asha --from-step 3 --to-step 27 --max-parallel 4',
      'a sweep that stops the worst and proposes the next',
    ],
    ["sheaf run --command 'python train.py --lr {{ lr }}' --lr 0.1", 'without a template'],
    ['sheaf run baseline my-id --num-gpus 2 --detach', 'submit, and come back later'],
    ['sheaf run baseline --help', 'the parameters of a template'],
  ],
  positionals: [TEMPLATE, { name: 'ID', min: 0 }],
  flags: FLAGS,
  notes: [
    'Every parameter of the template is a flag: learning_rate is --learning-rate. With --grid, --zip, --random or --from it runs a sweep.',
    'With --command alone, the command becomes a template, named after its program; its {{ names }} are the parameters, and each needs a value.',
    'Ctrl-C stops the following, not the jobs. The exit code is 0 if all completed or were stopped, 1 if none did, 3 if some did.',
  ],
  learn: async (words, session) => {
    const template = findTemplate(words, FLAGS);
    const text = template === undefined ? valueOf('--command', words) : undefined;
    if (text !== undefined) return getCommandFlags(text, words, session);
    try {
      return await getTemplateFlags(template, session, FLAGS);
    } catch (error) {
      const flags = [...FLAGS, ...RESERVED_FLAGS, ...GLOBAL_FLAGS];
      throw explainProgram(error, words, { flags, hasParameters: findUnknownNames(words).length > 0 });
    }
  },
  run: async (args, session) => {
    const request = await requestOf(args, session);
    const { signal, progress } = session;
    const options: RunExperimentOptions = {
      signal,
      progress,
      submit: placingOptions(args, session),
      detach: args.has('detach'),
      harvest: !args.has(NO_HARVEST.name),
    };
    const manager = await session.open();
    if (!args.has('dry-run')) {
      return followRun(manager.run(request, options), session, ({ sweep }) => askBeforeSubmitting(sweep, session));
    }
    const plan = await manager.planRun(request, options);
    return plan.kind === 'sweep' ? sweepPlanAnswer(plan.sweep) : dryRunAnswer(plan.dryRun, session.globals.verbose);
  },
};

async function requestOf(args: Args, session: Session): Promise<RunRequest> {
  const template = await templateOf(args, session);
  const { parameters } = await (await session.open()).describeTemplate(template);
  refuseParameters(
    args,
    parameters.map(({ name: parameter }) => parameter),
  );
  const space = spaceOf(args, true);
  const search = readSearch(args);
  const isSweep = Object.keys(space).length > 0 || search !== undefined;
  refuseMisplaced(args, isSweep);
  const name = readArgument(args, 1, isSweep ? 'name' : 'exp-id');
  const { command: _command, ...flags } = args.keys;
  const description = args.text('description');
  const shared = {
    template,
    flags: typeof template === 'string' && args.positionals.length > 0 ? args.keys : flags,
    sets: readSets(args.texts('set')),
    ...(description === undefined ? {} : { description }),
    ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
  };
  if (isSweep) {
    const id = args.text('id');
    return { ...shared, space, ...withoutUndefined({ search, name, id }) };
  }
  const notes = args.text('notes');
  return { ...shared, ...(name === undefined ? {} : { expId: name }), ...(notes === undefined ? {} : { notes }) };
}

/** The template that is named, or that of a command. */
async function templateOf(args: Args, session: Session): Promise<TemplateSource> {
  const text = args.keys['command']?.[0];
  if (text === undefined || readArgument(args, 0, 'template') !== undefined)
    return requireTemplate(args, session, 'run');
  const given = Object.keys(args.keys).filter((key) => !RESERVED_FLAGS.some((flag) => flag.key === key));
  const varied = ['grid', 'zip', 'draw'].flatMap((name) => args.texts(name)).map(nameOfValues);
  return (await session.open()).commandTemplate(text, [...given, ...varied]);
}

/** @throws SheafError `cli.run.flag` for a flag of a sweep without one, or the reverse */
function refuseMisplaced(args: Args, isSweep: boolean): void {
  const wrong = (isSweep ? ['exp-id', 'notes'] : ['name', 'id']).find((name) => args.has(name));
  if (wrong === undefined) return;
  throw inputError(
    'cli.run.flag',
    `--${wrong} is for ${isSweep ? 'one experiment, and this is a sweep' : 'a sweep, and this is one experiment'}`,
    {
      fix: isSweep
        ? 'use --name for the name of the sweep, and --description for a text'
        : 'use --exp-id, or add --grid NAME=A,B',
      now: 'nothing was created',
    },
  );
}

/** The parameters of a command; with `{{ flags }}` all that is given. */
async function getCommandFlags(text: string, words: readonly string[], session: Session): Promise<DynamicFlags> {
  const manager = await session.open();
  const source = await manager.commandTemplate(text, findUnknownNames(words));
  const { parameters } = await manager.describeTemplate(source);
  return makeParameterFlags({ name: 'the command', parameters }, FLAGS);
}

/** Names of flags that are no flags of the command line, `learning_rate` for `--learning-rate`, and of what a grid varies. */
function findUnknownNames(words: readonly string[]): string[] {
  const known = new Set([...FLAGS, ...RESERVED_FLAGS, ...GLOBAL_FLAGS].map(({ name }) => name));
  return words.flatMap((word, i) => {
    const [, name = '', joined] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (['grid', 'zip', 'draw'].includes(name)) return [nameOfValues(joined ?? words[i + 1] ?? '')];
    return name === '' || known.has(name.replaceAll('_', '-')) ? [] : [name.replaceAll('-', '_')];
  });
}

/** `lr` of `lr=0.1,0.01`. */
function nameOfValues(text: string): string {
  return text.split('=')[0] ?? '';
}
