import { listPartitionNames } from '../../../core/cluster/partitions-asked.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { inputError } from '../../../core/errors.ts';
import { adviceJson, trackRecordJson } from '../../../json/index.ts';
import { adviceText } from '../../views/resources/advice-view.ts';
import type { Command } from '../../shell/command.ts';
import type { Flag } from '../../flags/flags.ts';
import { readSets } from '../../flags/sets.ts';
import { trackRecordText } from '../../views/resources/track-record-view.ts';
import { getTemplateFlags } from '../make/new.ts';
import { findTargetTemplate, ID_OR_TEMPLATE, readTarget } from './target.ts';

const FLAGS: readonly Flag[] = [
  { name: 'template', value: 'T', help: 'Same as TEMPLATE, with the parameters of sheaf new', offers: 'template' },
  { name: 'stage', value: 'NAME', help: 'Stage (default: the first one)' },
  { name: 'global-batch', value: 'N', help: 'Samples per step over all GPUs; kept exactly' },
  { name: 'max-micro-batch', value: 'M', help: 'Maximum number of samples at once on one GPU' },
  { name: 'gpus', value: 'N', help: 'Only this number of GPUs, over all nodes (default: every usual one)' },
  { name: 'like', value: 'ID', help: 'Experiment that the results must be comparable with', offers: 'experiment' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'Set any value by its path: optimizer.lr=0.1' },
  { name: 'track-record', help: 'Show how accurate earlier forecasts were' },
];

export const command: Command = {
  name: 'advise',
  summary: 'Show where a job fits, when it starts, what it costs',
  examples: [
    ['sheaf advise resnet50_exp', 'before it is submitted'],
    ['sheaf advise imagenet --global-batch 256', 'for a template, before it exists'],
    ['sheaf advise imagenet --batch-size 64 --like resnet50_exp', 'comparable with another experiment'],
    ['sheaf advise --track-record', 'compare forecasts with what happened'],
  ],
  positionals: [ID_OR_TEMPLATE],
  flags: FLAGS,
  notes: [
    'For each choice: the GPU memory that it needs of what is usable, the wait and the run time (half of similar jobs take less than the first number, nine in ten less than the second), and the cost.',
    'It submits nothing. sheaf submit ID --advise takes the first choice, and so does partition: auto.',
  ],
  learn: async (words, session) => getTemplateFlags(await findTargetTemplate(words, session, FLAGS), session, FLAGS),
  run: async (args, session) => {
    if (args.has('track-record')) {
      if (args.positionals.length > 0 || args.has('template')) {
        throw inputError('advise.track_record', 'the track record covers the whole project', {
          fix: 'sheaf advise --track-record',
        });
      }
      const manager = await session.open();
      // Otherwise jobs that started or ended since the last poll would seem to wait or run.
      const { warnings } = await manager.refresh();
      const record = await manager.trackRecord();
      return { data: trackRecordJson(record), text: (screen) => trackRecordText(record, screen), warnings };
    }
    const { expId, template } = await readTarget(args, session);
    const stage = args.text('stage');
    const like = args.text('like');
    const globalBatch = args.count('global-batch');
    const maxMicroBatch = args.count('max-micro-batch');
    const gpus = args.count('gpus');
    const sets = readSets(args.texts('set'));
    const { partition, ...values } = { ...sets, ...args.keys };
    if (expId !== undefined && Object.keys(values).length > 0) {
      throw inputError('advise.frozen', `the parameters of ${expId} are frozen`, {
        fix: `sheaf clone ${expId} NEW --set …, then sheaf advise NEW`,
      });
    }
    const advice = await (
      await session.open()
    ).advise(
      withoutUndefined({
        expId,
        ...(template === undefined
          ? { partitions: listPartitionNames(partition) }
          : { template, flags: args.keys, sets }),
        stage,
        like,
        globalBatch,
        maxMicroBatch,
        gpus,
      }),
    );
    const given = { flags: args.keys, sets };
    return {
      data: adviceJson(advice, given),
      text: (screen) => adviceText(advice, given, screen),
      exitCode: advice.choices.length === 0 ? 1 : 0,
    };
  },
};
