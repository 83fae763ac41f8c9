import { paint, recordCluster, type ClusterRecording, type Finding } from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { doctorJson, recordingJson } from '../../../json/index.ts';
import type { Answer, Command } from '../../shell/command.ts';
import type { Session } from '../../shell/session.ts';
import { VERSION } from '../../shell/version.ts';
import { count } from '../../shell/words.ts';

const MARKS = {
  ok: { sign: '✓', style: 'green' },
  repaired: { sign: '●', style: 'cyan' },
  problem: { sign: '✗', style: 'red' },
} as const;

export const command: Command = {
  name: 'doctor',
  summary:
    'Check journal, claims, folders, view, scheduler and clocks; repair what can be derived, and say what cannot',
  examples: [
    ['sheaf doctor'],
    ['sheaf doctor --rebuild', 'fold the whole journal anew'],
    ['sheaf doctor --record cluster.json', "what the site's Slurm answers, for a bug report"],
  ],
  flags: [
    { name: 'rebuild', help: 'Throw the view away and fold the journal anew' },
    {
      name: 'record',
      value: 'FILE',
      help: 'Write what the Slurm programs answer to FILE, with names replaced; needs no project',
      offers: 'file',
    },
  ],
  notes: [
    'Exit code 1 when something is wrong that it cannot repair.',
    '--record asks Slurm what init, info, partitions, advise and status ask. It never submits, cancels or changes anything. ' +
      'Names of users, accounts, groups, reservations and jobs are replaced. Look the file over before you attach it to a bug report.',
  ],
  run: async (args, session) => {
    const file = args.text('record');
    if (file !== undefined) return recorded(file, args.has('rebuild'), session);
    const findings = await (await session.open()).doctor({ rebuild: args.has('rebuild') });
    const problems = findings.filter(({ level }) => level === 'problem').length;
    return {
      data: doctorJson(findings),
      text: ({ color }) => [...findings.map((finding) => findingText(finding, color)), summary(problems)].join(''),
      exitCode: problems === 0 ? 0 : 1,
    };
  },
};

async function recorded(file: string, rebuild: boolean, session: Session): Promise<Answer> {
  if (rebuild) {
    throw inputError('doctor.flags', '--record and --rebuild cannot be used together', {
      fix: `sheaf doctor --rebuild, then sheaf doctor --record ${file}`,
    });
  }
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
    'Look the file over before you attach it to a bug report.',
    '',
  ].join('\n');
}

function findingText({ level, what, fix }: Finding, color: boolean): string {
  const { sign, style } = MARKS[level];
  const mark = paint(sign, style, color);
  const remedy = fix === undefined ? '' : `\n    fix  ${fix}`;
  return `${mark} ${level === 'repaired' ? 'repaired: ' : ''}${what}${remedy}\n`;
}

function summary(problems: number): string {
  return problems === 0 ? 'All is well.\n' : `${count(problems, 'problem')}.\n`;
}
