import { inferType } from '../../../core/settings/schema.ts';
import { toPointer } from '../../../core/value.ts';
import type { Experiment } from '../../../app/index.ts';
import { AGAIN } from '../../views/again.ts';
import type { Command, DynamicFlags } from '../../shell/command.ts';
import { createdAnswer } from '../../views/created.ts';
import { findPositionals } from '../../flags/args.ts';
import { GLOBAL_FLAGS, type Flag } from '../../flags/flags.ts';
import { makeParameterFlags, RESERVED_FLAGS, type ParameterSource } from '../../shell/parameter-flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';
import { DESCRIBING_FLAGS } from './new.ts';

const FLAGS: readonly Flag[] = [
  { name: 'fresh', help: 'Take command, stages, environment and resources from the current template' },
  ...DESCRIBING_FLAGS,
];

export const command: Command = {
  name: 'clone',
  summary: 'Copy an experiment, with changes',
  examples: [
    ['sheaf clone r50_low --learning-rate 0.001'],
    ['sheaf clone r50_low r50_lower --learning-rate 0.001', 'with a name of its own'],
    ['sheaf clone r50_low r50_long --set time_limit=24:00:00'],
  ],
  positionals: [
    { name: 'ID', offers: 'experiment' },
    { name: 'NEW', min: 0 },
  ],
  flags: FLAGS,
  notes: [
    'Parameters, resources and command are those of ID, even if its template has changed since. Its code is frozen when you submit it.',
  ],
  table: AGAIN,
  learn,
  run: async (args, session) => {
    const [from = '', to] = args.positionals;
    const description = args.text('description');
    const created = await (
      await session.open()
    ).clone(from, to, {
      flags: args.keys,
      sets: readSets(args.texts('set')),
      ...(description === undefined ? {} : { description }),
      ...(args.has('fresh') ? { fresh: true } : {}),
      ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
    });
    return createdAnswer(created, from);
  },
};

async function learn(words: readonly string[], session: Session): Promise<DynamicFlags> {
  const [from] = findPositionals(words, [...FLAGS, ...RESERVED_FLAGS, ...GLOBAL_FLAGS]);
  if (from === undefined) return { flags: RESERVED_FLAGS, notes: [] };
  const experiment = (await session.open()).find(from);
  return makeParameterFlags({ name: from, parameters: parametersOf(experiment) }, FLAGS);
}

function parametersOf({ config }: Experiment): ParameterSource['parameters'] {
  return Object.entries(config.params).map(([name, value]) => ({
    name,
    type: inferType(value, config.written[toPointer(name)]),
    default: value,
    required: false,
  }));
}
