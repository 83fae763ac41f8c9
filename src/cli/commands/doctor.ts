import { paint, type Finding } from '../../app/index.ts';
import type { Command } from '../command.ts';
import { count } from '../words.ts';

const MARKS = {
  ok: { sign: '✓', style: 'green' },
  repaired: { sign: '●', style: 'cyan' },
  problem: { sign: '✗', style: 'red' },
} as const;

export const command: Command = {
  name: 'doctor',
  summary:
    'Check journal, claims, folders, view, scheduler and clocks; repair what can be derived, and say what cannot',
  examples: [['sheaf doctor'], ['sheaf doctor --rebuild', 'fold the whole journal anew']],
  flags: [{ name: 'rebuild', help: 'Throw the view away and fold the journal anew' }],
  notes: ['Exit code 1 when something is wrong that it cannot repair.'],
  run: async (args, session) => {
    const findings = await (await session.open()).doctor({ rebuild: args.has('rebuild') });
    const problems = findings.filter(({ level }) => level === 'problem').length;
    return {
      data: findings.map(({ level, what, fix }) => ({ level, what, fix: fix ?? null })),
      text: ({ color }) => [...findings.map((finding) => findingText(finding, color)), summary(problems)].join(''),
      exitCode: problems === 0 ? 0 : 1,
    };
  },
};

function findingText({ level, what, fix }: Finding, color: boolean): string {
  const { sign, style } = MARKS[level];
  const mark = paint(sign, style, color);
  const remedy = fix === undefined ? '' : `\n    fix  ${fix}`;
  return `${mark} ${level === 'repaired' ? 'repaired: ' : ''}${what}${remedy}\n`;
}

function summary(problems: number): string {
  return problems === 0 ? 'All is well.\n' : `${count(problems, 'problem')}.\n`;
}
