import { withoutUndefined } from '../../../core/value.ts';
import type { TensorboardPlan } from '../../../app/index.ts';
import { tensorboardJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';
import type { Session } from '../../shell/session.ts';
import { count, some } from '../../shell/words.ts';

export const command: Command = {
  name: 'tensorboard',
  summary: 'Start TensorBoard for just these experiments, until Ctrl-C',
  examples: [
    ['sheaf tensorboard', 'all experiments that are not archived'],
    ['sheaf tensorboard --sweep lrs'],
    ['sheaf tensorboard --where "val_acc > 0.9" --port 6007'],
    ['sheaf tensorboard a b --dry-run', 'list what it would show'],
  ],
  positionals: [IDS],
  flags: [
    ...SELECTION_FLAGS,
    { name: 'port', value: 'P', help: 'Port (default: 6006, or the next free one)' },
    { name: 'host', value: 'H', help: 'Address to listen on (default: 127.0.0.1, only this machine)' },
    { name: 'dry-run', help: 'List the folders without starting TensorBoard' },
  ],
  notes: [
    'With "integrations: {tensorboard: true}" in the template, SHEAF_TENSORBOARD is a folder for the event files of a job. sheaf also finds event files elsewhere in the folders of the attempts. For experiments without event files, it shows the harvested series. To connect from another machine: ssh -L 6006:localhost:6006 HOST.',
  ],
  run: async (args, session) => {
    const manager = await session.open();
    const plan = await manager.planTensorboard(selectorOf(args));
    if (args.has('dry-run')) return planAnswer(plan);
    tellWithout(plan, session);
    await manager.runTensorboard(plan, requestOf(args), {
      signal: session.signal,
      ready: (url) => session.tell(readyAnswer(plan, url)),
    });
    return { exitCode: session.signal.aborted ? 130 : 0 };
  },
};

function requestOf(args: Args): { port?: number; host?: string } {
  const [port, host] = [args.count('port'), args.text('host')];
  return withoutUndefined({ port, host });
}

function planAnswer(plan: TensorboardPlan): Answer {
  const { runs, drawn, without, warnings } = plan;
  return {
    data: tensorboardJson(plan),
    text: () =>
      [
        ...[...runs].map(([name, path]) => `${name}  ${path}\n`),
        ...drawn.map((name) => `${name}  harvested series\n`),
        withoutText(without),
      ].join(''),
    warnings,
  };
}

function readyAnswer(plan: TensorboardPlan, url: string): Answer {
  return {
    data: tensorboardJson(plan, url),
    text: () => `TensorBoard shows ${count(plan.runs.size + plan.drawn.length, 'run')} at ${url}\nCtrl-C ends it\n`,
  };
}

function tellWithout({ without, warnings }: TensorboardPlan, session: Session): void {
  for (const warning of warnings) session.say(`warning: ${warning}`);
  if (without.length > 0) session.say(withoutText(without).trimEnd());
}

function withoutText(without: TensorboardPlan['without']): string {
  return without.length === 0
    ? ''
    : `  ${count(without.length, 'experiment')} without event files and without harvested series: ${some(without)}\n`;
}
