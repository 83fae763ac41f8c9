import { withoutUndefined } from '../../../core/value.ts';
import { detectMachine, initProject } from '../../../app/index.ts';
import { CLUSTER_PROFILES } from '../../../core/cluster/cluster-profiles.ts';
import { quoteShellWord } from '../../../core/text/bash.ts';
import { initJson } from '../../../json/index.ts';
import { clusterPairs } from '../../views/cluster-view.ts';
import type { Command } from '../../shell/command.ts';
import { machinePairs } from '../../views/machine-view.ts';
import { formatPairs } from '../../shell/words.ts';

export const command: Command = {
  name: 'init',
  summary: 'Create a project: a commented sheaf.yaml and a first template',
  examples: [
    ['sheaf init', 'in the current folder'],
    ['sheaf init my_research'],
    ['sheaf init demo --example image', 'a project that is ready to run'],
    ['sheaf init --profile nyu', 'on a known cluster'],
    ['sheaf init /group/vision --shared'],
  ],
  positionals: [{ name: 'DIR', min: 0, offers: 'folder' }],
  flags: [
    {
      name: 'scheduler',
      value: 'S',
      help: 'Who runs the jobs: slurm, or local for this machine; by default slurm on a machine where Slurm is set up',
    },
    { name: 'profile', value: 'P', help: `A cluster that is known: ${Object.keys(CLUSTER_PROFILES).join(', ')}` },
    {
      name: 'example',
      value: 'NAME',
      help: 'Copy an example: image, nlp, rl, navsim or digits. It overwrites nothing, and needs no cluster',
    },
    { name: 'experiments', value: 'FOLDER', help: 'Folder for results outside the project', offers: 'folder' },
    { name: 'shared', help: 'Let other members of the group write' },
  ],
  notes: [
    'In an existing project it changes nothing, except for a sheaf.yaml without a scheduler.',
    'sheaf.yaml names the scheduler: a project for Slurm never runs a job on this machine.',
  ],
  run: async ({ positionals: [dir = '.'], ...args }, { env, extensions }) => {
    const scheduler = args.text('scheduler');
    const experiments = args.text('experiments');
    const profile = args.text('profile');
    const example = args.text('example');
    const project = await initProject(
      withoutUndefined({
        ...extensions,
        dir,
        env,
        shared: args.has('shared'),
        scheduler,
        experiments,
        profile,
        example,
      }),
    );
    const { root, made, scheduler: chosen, why, cluster: seen, commands, warnings } = project;
    const isCluster = seen?.description !== undefined;
    const found = isCluster ? clusterPairs(seen.description) : [];
    const go = dir === '.' ? [] : [`cd ${quoteShellWord(dir)}`];
    const enter = go.map((line) => `${line} && `).join('');
    const machine = await detectMachine(env);
    return {
      data: initJson(project, machine),
      text: () =>
        made.length === 0
          ? `Nothing to do: ${root} is already a project\n`
          : `${formatPairs([['scheduler', `${chosen}: ${why}`], ...machinePairs(machine), ...found])}Created ${root}: ${made.join(', ')}\n`,
      warnings,
      next:
        made.length === 0
          ? []
          : commands.length > 0
            ? [...go, ...commands]
            : [`${enter}sheaf run baseline`, ...(isCluster ? [`${enter}sheaf advise baseline`] : [])],
    };
  },
};
