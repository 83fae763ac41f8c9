import {
  examineInstallation,
  paint,
  recordCluster,
  type ClusterRecording,
  type DoctorFinding,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { doctorJson, recordingJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Session } from '../../shell/session.ts';
import { NEEDED_NODE, VERSION } from '../../shell/version.ts';
import { count } from '../../shell/words.ts';

const MARKS = {
  ok: { sign: '✓', meaning: 'good' },
  note: { sign: '–', meaning: 'aside' },
  repaired: { sign: '●', meaning: 'warning' },
  problem: { sign: '✗', meaning: 'error' },
} as const;

export const command: Command = {
  name: 'doctor',
  summary:
    'Check journal, claims, folders, view, scheduler and clocks; repair what can be derived, and report the rest',
  examples: [
    ['sheaf doctor'],
    ['sheaf doctor --rebuild', 'rebuild the view from the journal'],
    ['sheaf doctor --install', 'check how sheaf is installed, anywhere'],
    ['sheaf doctor --record cluster.json', 'record the answers of Slurm for a bug report'],
  ],
  flags: [
    { name: 'rebuild', help: 'Delete the view and rebuild it from the journal' },
    { name: 'install', help: 'Check how sheaf is installed: Node, folders, programs, completion; needs no project' },
    {
      name: 'record',
      value: 'FILE',
      help: 'Record the answers of the Slurm programs in FILE, with names replaced; needs no project',
      offers: 'file',
    },
  ],
  notes: [
    'The exit code is 1 if a problem cannot be repaired.',
    '--record runs the same queries as init, info, partitions, advise and status. It never submits, cancels or changes anything. ' +
      'It replaces names of users, accounts, groups, reservations and jobs. Check the file before you attach it to a bug report.',
  ],
  run: async (args, session) => {
    const file = args.text('record');
    refuseTogether(args);
    if (file !== undefined) return recorded(file, session);
    const findings = args.has('install')
      ? await examineInstallation({ ...session, ...session.extensions, version: VERSION, neededNode: NEEDED_NODE })
      : await (await session.open()).doctor({ rebuild: args.has('rebuild') });
    const problems = findings.filter(({ level }) => level === 'problem').length;
    return {
      data: doctorJson(findings),
      text: ({ color }) => [...findings.map((finding) => findingText(finding, color)), summary(problems)].join(''),
      exitCode: problems === 0 ? 0 : 1,
    };
  },
};

/** @throws SheafError `doctor.flags` for flags of which each asks for something of its own */
function refuseTogether(args: Args): void {
  const given = ['rebuild', 'install', 'record'].filter((name) => args.has(name));
  if (given.length < 2) return;
  const fix = given.map((name) => `sheaf doctor --${name}${name === 'record' ? ' FILE' : ''}`).join(', then ');
  throw inputError('doctor.flags', `${formatFlags(given)} cannot be used together`, { fix });
}

function formatFlags(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(' and ');
}

async function recorded(file: string, session: Session): Promise<Answer> {
  const { env, progress } = session;
  const told = (answers: number): void => progress(answers, 0, 'answers of Slurm');
  const made = await recordCluster({ file, env, version: VERSION, told });
  return { data: recordingJson(made), text: () => recordedText(made) };
}

function recordedText({ file, questions, failed, replaced }: ClusterRecording): string {
  const names = Object.entries(replaced).map(([kind, number]) => count(number, `${kind} name`));
  return [
    `Wrote ${file}: ${count(questions, 'question')} to Slurm${failed.length === 0 ? '' : `, ${failed.length} without an answer`}`,
    ...failed.map((words) => `  ${words}`),
    `Replaced ${names.length === 0 ? 'no names' : names.join(', ')}`,
    'Check the file before you attach it to a bug report.',
    '',
  ].join('\n');
}

function findingText({ level, what, fix }: DoctorFinding, color: boolean): string {
  const { sign, meaning } = MARKS[level];
  const mark = paint(sign, meaning, color);
  const remedy = fix === undefined ? '' : `\n    fix  ${fix}`;
  return `${mark} ${level === 'repaired' ? 'repaired: ' : ''}${what}${remedy}\n`;
}

function summary(problems: number): string {
  return problems === 0 ? 'No problems found.\n' : `${count(problems, 'problem')}.\n`;
}
