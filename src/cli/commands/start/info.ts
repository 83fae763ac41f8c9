import { DISK_GROUPINGS, getInfo, type DiskReport, type Info } from '../../../app/index.ts';
import { diskJson, infoJson } from '../../../json/index.ts';
import { diskText } from '../../views/files/disk-view.ts';
import { clusterPairs } from '../../views/cluster-view.ts';
import type { Command } from '../../shell/command.ts';
import { machinePairs } from '../../views/machine-view.ts';
import { count, formatPairs, some } from '../../shell/words.ts';
import { countWords } from '../../views/status-view.ts';

export const command: Command = {
  name: 'info',
  summary: 'Show what sheaf detected, and what is missing',
  examples: [
    ['sheaf info'],
    ['sheaf info --json'],
    ['sheaf info --disk', 'what the files of the project take, and what is left of quotas'],
    ['sheaf info --disk --by sweep'],
  ],
  flags: [
    { name: 'disk', help: 'Show what files take, in bytes and inodes, and quotas' },
    {
      name: 'by',
      value: 'GROUP',
      help: 'With --disk: sum up experiments by sweep, template or kind of file',
      choices: DISK_GROUPINGS,
    },
    { name: 'fresh', help: 'With --disk: measure again what has not changed since it was measured' },
  ],
  notes: [
    'Bytes are those of blocks on the disk, as du counts. Inodes are files, folders and links. Experiments that have ended are measured once and remembered on this host.',
  ],
  run: async (args, session) => {
    const { globals, env, extensions, signal, progress } = session;
    const by = DISK_GROUPINGS.find((name) => name === args.text('by'));
    if (args.has('disk') || by !== undefined || args.has('fresh')) {
      const manager = await session.open();
      const report = await manager.measureDisk({ by, fresh: args.has('fresh') }, { signal, progress });
      return {
        data: diskJson(report),
        text: (screen) => diskText(report, screen),
        warnings: unreadableWarning(report),
      };
    }
    const found = await getInfo(globals.project ?? process.cwd(), env, extensions.schedulers);
    return { data: infoJson(found), text: () => infoText(found) };
  },
};

function unreadableWarning({ skipped }: DiskReport): string[] {
  if (skipped.length === 0) return [];
  return [
    `${count(skipped.length, 'folder or file', 'folders or files')} could not be read and ${skipped.length === 1 ? 'is' : 'are'} not counted: ${some(skipped)}`,
  ];
}

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
