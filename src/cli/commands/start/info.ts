import { getInfo, type Info } from '../../../app/index.ts';
import { infoJson } from '../../../json/index.ts';
import { clusterPairs } from '../../views/cluster-view.ts';
import type { Command } from '../../shell/command.ts';
import { machinePairs } from '../../views/machine-view.ts';
import { formatPairs } from '../../shell/words.ts';
import { countWords } from '../../views/status-view.ts';

export const command: Command = {
  name: 'info',
  summary: 'Show what sheaf detected, and what is missing',
  examples: [['sheaf info'], ['sheaf info --json']],
  run: async (_args, { globals, env, extensions }) => {
    const found = await getInfo(globals.project ?? process.cwd(), env, extensions.schedulers);
    return { data: infoJson(found), text: () => infoText(found) };
  },
};

function infoText({ node, machine, project, cluster, notes }: Info): string {
  return formatPairs([
    ...machinePairs(machine),
    ['node', node],
    ...(project === undefined ? [] : projectPairs(project)),
    ...(cluster === undefined ? [] : clusterPairs(cluster)),
    ...notes.map((note): [string, string] => ['note', note]),
  ]);
}

function projectPairs(project: NonNullable<Info['project']>): [string, string][] {
  return [
    ['project', project.root],
    ['scheduler', project.scheduler],
    ['results in', project.experiments],
    ['cache', project.localFolder ?? 'no folder for the view and the writer: sheaf can only read'],
    ['templates', String(project.templates)],
    ['experiments', countWords(project.counts) || 'none'],
  ];
}
