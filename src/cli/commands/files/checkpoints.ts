import type { CheckpointChoice } from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { suggestName } from '../../../core/text/nearest.ts';
import { bestCheckpointJson, checkpointsJson, pinJson, pinnedJson } from '../../../json/index.ts';
import { SELECTION_FLAGS, type Flag } from '../../flags/flags.ts';
import { MODES, readMode } from '../../flags/modes.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';
import type { Command } from '../../shell/command.ts';
import { roundNumber } from '../../shell/table.ts';
import { count } from '../../shell/words.ts';
import { checkpointsText, pinnedText } from '../../views/files/checkpoints-view.ts';
import { prune } from './checkpoints-prune.ts';

const LIMIT = 50;

/** Experiments of which best says why it skips them. */
const MOST_SKIPPED = 5;

const METRIC: Flag = {
  name: 'metric',
  value: 'NAME',
  help: 'Metric at the steps (default: the only one with a mode)',
  offers: 'field',
};

const list: Command = {
  name: 'checkpoints list',
  summary: 'List checkpoints with step, size, age and metric',
  examples: [
    ['sheaf checkpoints list'],
    ['sheaf checkpoints list r50_low'],
    ['sheaf checkpoints list --sweep lrs --metric val_acc'],
    ['sheaf checkpoints list --pinned', 'with the code and the data behind each'],
  ],
  positionals: [IDS],
  flags: [
    ...SELECTION_FLAGS,
    METRIC,
    { name: 'pinned', help: 'Only those that have a name' },
    { name: 'limit', value: 'N', help: `At most N experiments; 0 for all (default: ${LIMIT})` },
  ],
  notes: [
    'The template says where checkpoints are: checkpoint: {files: "checkpoints/step_{step}.pt"}.',
    'The metric of a checkpoint is the value at its step, otherwise the last one since the checkpoint before it.',
  ],
  run: async (args, session) => {
    const manager = await session.open();
    if (args.has('pinned')) {
      const lines = await manager.pinnedCheckpoints(selectorOf(args));
      return {
        data: pinnedJson(lines),
        text: (screen) => pinnedText(lines, screen, manager.root),
        warnings: lines.flatMap(({ name, state, file }) => (state === 'gone' ? [`${name} is gone: ${file}`] : [])),
      };
    }
    const limit = args.count('limit', 0) ?? LIMIT;
    const metric = args.text('metric');
    const listed = await manager.checkpoints(selectorOf(args), { metric, ...(limit === 0 ? {} : { limit }) });
    return {
      data: () => checkpointsJson(listed),
      text: (screen) => checkpointsText(listed, screen, manager.root),
      remarks: [...listed.notes, ...(listed.isCut ? [`The newest ${limit} experiments; --limit 0 lists all`] : [])],
    };
  },
};

const best: Command = {
  name: 'checkpoints best',
  summary: 'Print the path of the best checkpoint',
  examples: [
    ['sheaf checkpoints best val_acc'],
    ['sheaf checkpoints best val_loss --min --sweep lrs'],
    ['python evaluate.py --ckpt "$(sheaf checkpoints best val_acc)"'],
  ],
  positionals: [{ name: 'METRIC', offers: 'field' }, IDS],
  flags: [...SELECTION_FLAGS, ...MODES],
  notes: [
    'Experiments are ranked by the final value. The first one that still has a checkpoint with a value counts; in it, the checkpoint with the best value at its step.',
    'The newest checkpoint of a run that has not ended may be half written, and is left out.',
  ],
  run: async (args, session) => {
    const [metric = '', ...ids] = args.positionals;
    const manager = await session.open();
    const found = await manager.bestCheckpoint(metric, selectorOf(args, ids), readMode(args));
    const { expId, checkpoint, metric: at, interrupted, skipped } = found;
    const more = skipped.length - MOST_SKIPPED;
    if (!session.globals.json)
      session.say(`${expId}, step ${checkpoint.step ?? ''}: ${metric} ${roundNumber(at.value)}`);
    return {
      data: bestCheckpointJson(found),
      text: () => `${checkpoint.file}\n`,
      isForPasting: true,
      warnings: [
        ...(interrupted === undefined ? [] : [`${expId}: ${interrupted}`]),
        ...skipped
          .slice(0, MOST_SKIPPED)
          .map((one) => `${one.expId} (${metric} ${roundNumber(one.final)}) is skipped: ${one.why}`),
        ...(more > 0 ? [`${count(more, 'experiment')} more with a better ${metric} skipped: see --json`] : []),
      ],
    };
  },
};

const pin: Command = {
  name: 'checkpoints pin',
  summary: 'Give a checkpoint a name in the project',
  examples: [
    ['sheaf checkpoints pin r50_low best --as imagenet'],
    ['sheaf checkpoints pin r50_low 5000 --as imagenet'],
    ['sheaf checkpoints pin r50_low best --metric val_loss --min --as low-loss'],
  ],
  positionals: [
    { name: 'ID', offers: 'experiment' },
    { name: 'STEP|best|newest', example: 'best' },
  ],
  flags: [{ name: 'as', value: 'NAME', help: 'The name: letters, digits, ".", "_" and "-"' }, METRIC, ...MODES],
  notes: ['pinned/NAME is a link to the checkpoint. sheaf checkpoints prune never deletes a pinned checkpoint.'],
  run: async (args, session) => {
    const [id = '', which = ''] = args.positionals;
    const name = args.text('as');
    if (name === undefined) {
      throw inputError('cli.flag.missing', 'sheaf checkpoints pin needs --as NAME', {
        fix: `sheaf checkpoints pin ${id} ${which} --as NAME`,
      });
    }
    const options = { metric: args.text('metric'), mode: readMode(args) };
    const pinned = await (await session.open()).pinCheckpoint(id, choiceOf(id, which), name, options);
    const { metric } = pinned.pin;
    const value = metric === undefined ? '' : ` (${metric.name} ${roundNumber(metric.value)})`;
    return { data: pinJson(pinned), text: () => `Pinned ${pinned.pin.path} of ${id}${value} as pinned/${name}\n` };
  },
};

function choiceOf(id: string, which: string): CheckpointChoice {
  if (which === 'best' || which === 'newest') return which;
  if (/^[0-9]{1,15}$/.test(which)) return Number(which);
  throw inputError('cli.checkpoint', `${JSON.stringify(which)} is not a checkpoint`, {
    why: 'it is best, newest, or a step',
    fix: `see the steps: sheaf checkpoints list ${id}`,
  });
}

const unpin: Command = {
  name: 'checkpoints unpin',
  summary: 'Take a name from a checkpoint, which stays',
  examples: [['sheaf checkpoints unpin imagenet']],
  positionals: [{ name: 'NAME', offers: 'pin' }],
  run: async ({ positionals: [name = ''] }, session) => {
    const pinned = await (await session.open()).unpinCheckpoint(name);
    return {
      data: pinJson(pinned),
      text: () =>
        `Unpinned ${name}: ${pinned.pin.path} of ${pinned.experiment.expId} ${pinned.isGone ? 'is gone' : 'stays'}\n`,
    };
  },
};

const VERBS: Readonly<Record<string, Command>> = { list, best, pin, unpin, prune };

export const command: Command = {
  name: 'checkpoints',
  summary: 'List checkpoints, find the best one, give them names, and delete the others',
  examples: [
    ['sheaf checkpoints list r50_low'],
    ['sheaf checkpoints best val_acc', 'the path, for $(…)'],
    ['sheaf checkpoints pin r50_low best --as imagenet'],
    ['sheaf checkpoints prune --keep-best 1 --keep-last 2', 'shows first what goes'],
  ],
  positionals: [{ name: Object.keys(VERBS).join('|') }],
  verbs: VERBS,
  run: async ({ positionals: [verb = ''] }) => {
    const names = Object.keys(VERBS);
    throw inputError('cli.command.unknown', `sheaf checkpoints has no command ${JSON.stringify(verb)}`, {
      fix: suggestName(verb, names, `its commands are ${names.join(', ')}`),
    });
  },
};
