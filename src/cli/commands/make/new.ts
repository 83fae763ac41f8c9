import { withoutUndefined } from '../../../core/value.ts';
import { inputError } from '../../../core/errors.ts';
import { findPositionals, readArgument, type Args } from '../../flags/args.ts';
import type { Command, DynamicFlags } from '../../shell/command.ts';
import { createdAnswer } from '../../views/created.ts';
import { GLOBAL_FLAGS, type Flag, type Positional } from '../../flags/flags.ts';
import { valueOf } from '../../shell/globals.ts';
import { makeParameterFlags, RESERVED_FLAGS } from '../../shell/parameter-flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';
import { some } from '../../shell/words.ts';

export const TEMPLATE: Positional = { name: 'TEMPLATE', min: 0, offers: 'template' };
export const TEMPLATE_FLAG: Flag = { name: 'template', value: 'T', help: 'Same as TEMPLATE', offers: 'template' };
/** Flags of commands that create experiments, except the parameters. */
export const DESCRIBING_FLAGS: readonly Flag[] = [
  { name: 'description', value: 'TEXT', help: 'Description' },
  { name: 'tags', value: 'TAG', many: 'words', help: 'Tags to find it by', offers: 'tag' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'Set any value by its path: optimizer.lr=0.1' },
];

const FLAGS: readonly Flag[] = [
  {
    name: 'exp-id',
    value: 'ID',
    help: 'Same as ID: the name of the experiment (default: exp_id of the template, otherwise TEMPLATE-001 and so on)',
  },
  TEMPLATE_FLAG,
  ...DESCRIBING_FLAGS,
  { name: 'notes', value: 'TEXT', help: 'A remark' },
];

export const command: Command = {
  name: 'new',
  summary: 'Create an experiment from a template',
  examples: [
    ['sheaf new imagenet', 'creates imagenet-001'],
    ['sheaf new imagenet --help', 'the parameters of a template'],
    ['sheaf new imagenet r50_low --learning-rate 0.01 --tags lr baseline'],
    ['sheaf new imagenet r50_wide --set optimizer.momentum=0.8'],
  ],
  positionals: [TEMPLATE, { name: 'ID', min: 0 }],
  flags: FLAGS,
  notes: ['Every parameter of the template is a flag: learning_rate is --learning-rate.'],
  learn: (words, session) => getTemplateFlags(findTemplate(words, FLAGS), session, FLAGS),
  run: async (args, session) => {
    const template = await requireTemplate(args, session, 'new');
    const expId = readArgument(args, 1, 'exp-id');
    const description = args.text('description');
    const notes = args.text('notes');
    const created = await (
      await session.open()
    ).create(
      withoutUndefined({
        template,
        flags: args.keys,
        sets: readSets(args.texts('set')),
        expId,
        description,
        ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
        notes,
      }),
    );
    return createdAnswer(created, `template ${template}`);
  },
};

/** The template that the arguments name. @throws SheafError `cli.template.missing` that lists the templates */
export async function requireTemplate(args: Args, session: Session, name: string): Promise<string> {
  const template = readArgument(args, 0, 'template');
  if (template !== undefined) return template;
  const lines = await (await session.open()).templates();
  const names = lines.filter((line) => 'description' in line && !line.description.abstract).map((line) => line.name);
  const [first] = names;
  throw inputError('cli.template.missing', `sheaf ${name} needs a template`, {
    why: first === undefined ? 'the project has none' : `the project has ${some(names, 12)}`,
    fix: first === undefined ? 'sheaf template new baseline' : `sheaf ${name} ${first}`,
    now: 'nothing was created',
  });
}

/** The template that arguments name before its flags are known. */
export function findTemplate(words: readonly string[], own: readonly Flag[]): string | undefined {
  const [positional] = findPositionals(words, [...own, ...RESERVED_FLAGS, ...GLOBAL_FLAGS]);
  return valueOf('--template', words) ?? positional;
}

/** The flags of a template, if one is named. */
export async function getTemplateFlags(
  name: string | undefined,
  session: Session,
  own: readonly Flag[],
): Promise<DynamicFlags> {
  if (name === undefined) {
    return {
      flags: RESERVED_FLAGS,
      notes: [],
      hint: 'the template, which defines the flags of its parameters, is not named',
    };
  }
  const { parameters } = await (await session.open()).describeTemplate(name);
  return makeParameterFlags({ name: `template ${name}`, parameters }, own);
}
