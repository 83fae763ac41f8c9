import { detectMachine, initProject } from '../../app/index.ts';
import type { Command } from '../command.ts';
import { machineJson, machinePairs } from '../machine-view.ts';
import { pairs } from '../pairs.ts';
import { shellWord } from '../words.ts';

export const command: Command = {
  name: 'init',
  summary: 'Make a project: sheaf.yaml with comments, and a first template',
  examples: [
    ['sheaf init', 'in the folder you are in'],
    ['sheaf init my_research'],
    ['sheaf init /group/vision --shared'],
  ],
  positionals: [{ name: 'DIR', min: 0, offers: 'folder' }],
  flags: [
    { name: 'scheduler', value: 'S', help: 'Who runs the jobs: local, this machine' },
    { name: 'experiments', value: 'FOLDER', help: 'Where results go, if not into the project', offers: 'folder' },
    { name: 'shared', help: 'Others of the group may write' },
  ],
  notes: ['In a folder that is a project already it changes nothing.'],
  run: async ({ positionals: [dir = '.'], ...args }) => {
    const scheduler = args.text('scheduler');
    const experiments = args.text('experiments');
    const {
      root,
      made,
      scheduler: chosen,
    } = await initProject({
      dir,
      shared: args.has('shared'),
      ...(scheduler === undefined ? {} : { scheduler }),
      ...(experiments === undefined ? {} : { experiments }),
    });
    const enter = dir === '.' ? '' : `cd ${shellWord(dir)} && `;
    const machine = await detectMachine(process.env);
    return {
      data: { root, made, scheduler: chosen, machine: machineJson(machine) },
      text: () =>
        made.length === 0
          ? `Nothing to do: ${root} is a project already\n`
          : `${pairs([['scheduler', chosen], ...machinePairs(machine)])}Made ${root}: ${made.join(', ')}\n`,
      next: made.length === 0 ? [] : [`${enter}sheaf new --exp-id first --template baseline`],
    };
  },
};
