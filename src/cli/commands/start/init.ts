import { detectMachine, initProject } from '../../../app/index.ts';
import { CLUSTER_PROFILES } from '../../../core/cluster/cluster-profiles.ts';
import { shellWord } from '../../../core/text/shell-word.ts';
import { initJson } from '../../../json/index.ts';
import { clusterPairs } from '../../views/cluster-view.ts';
import type { Command } from '../../shell/command.ts';
import { machinePairs } from '../../views/machine-view.ts';
import { pairs } from '../../shell/pairs.ts';

export const command: Command = {
  name: 'init',
  summary: 'Make a project: sheaf.yaml with comments, and a first template',
  examples: [
    ['sheaf init', 'in the folder you are in'],
    ['sheaf init my_research'],
    ['sheaf init --profile nyu', 'on a cluster that is known'],
    ['sheaf init /group/vision --shared'],
  ],
  positionals: [{ name: 'DIR', min: 0, offers: 'folder' }],
  flags: [
    {
      name: 'scheduler',
      value: 'S',
      help: 'Who runs the jobs: slurm, or local, this machine (Slurm where it answers)',
    },
    { name: 'profile', value: 'P', help: `A cluster that is known: ${Object.keys(CLUSTER_PROFILES).join(', ')}` },
    { name: 'experiments', value: 'FOLDER', help: 'Where results go, if not into the project', offers: 'folder' },
    { name: 'shared', help: 'Others of the group may write' },
  ],
  notes: [
    'In a folder that is a project already it changes nothing, but for a sheaf.yaml that names no scheduler.',
    'The scheduler is written down; a project for Slurm never runs a job on this machine by itself.',
  ],
  run: async ({ positionals: [dir = '.'], ...args }, { env, extensions }) => {
    const scheduler = args.text('scheduler');
    const experiments = args.text('experiments');
    const profile = args.text('profile');
    const project = await initProject({
      ...extensions,
      dir,
      env,
      shared: args.has('shared'),
      ...(scheduler === undefined ? {} : { scheduler }),
      ...(experiments === undefined ? {} : { experiments }),
      ...(profile === undefined ? {} : { profile }),
    });
    const { root, made, scheduler: chosen, why, cluster: seen, warnings } = project;
    const isCluster = seen?.description !== undefined;
    const found = isCluster ? clusterPairs(seen.description) : [];
    const enter = dir === '.' ? '' : `cd ${shellWord(dir)} && `;
    const machine = await detectMachine(env);
    return {
      data: initJson(project, machine),
      text: () =>
        made.length === 0
          ? `Nothing to do: ${root} is a project already\n`
          : `${pairs([['scheduler', `${chosen}: ${why}`], ...machinePairs(machine), ...found])}Made ${root}: ${made.join(', ')}\n`,
      warnings,
      next:
        made.length === 0
          ? []
          : [
              `${enter}sheaf new --exp-id first --template baseline`,
              ...(isCluster ? [`${enter}sheaf advise --template baseline`] : []),
            ],
    };
  },
};
