import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timeInTurn, timeOnce, type Figure } from './measure.ts';

const ROUNDS = 9;
const MEMBERS = 1_000;

/** What a snapshot of the code costs a submit, against `code: live`. */
export function codeFigures(root: string, files: number, bin: string, env: NodeJS.ProcessEnv): Figure[] {
  repository(root, files);
  const sheaf = (...args: string[]): string[] => [bin, ...args];
  const run = (...args: string[]): number => timeOnce(sheaf(...args), { cwd: root, env });
  for (let i = 0; i <= ROUNDS; i += 1) {
    for (const mode of ['snapshot', 'live']) run('new', '--exp-id', `${mode}_${i}`, '--template', mode);
  }
  for (const mode of ['snapshot', 'live']) run('submit', `${mode}_${ROUNDS}`, '--hold');
  const [snapshot = 0, live = 0] = timeInTurn(
    ROUNDS,
    ['snapshot', 'live'].map((mode) => (i: number) => ({
      argv: sheaf('submit', `${mode}_${i}`, '--hold'),
      cwd: root,
      env,
    })),
  );
  const xs = Array.from({ length: MEMBERS }, (_, i) => i).join(',');
  writeFileSync(join(root, 'file_0.py'), 'changed = True\n');
  run('sweep', '--template', 'snapshot', '--name', 's', '--grid', `x=${xs}`, '--yes');
  run('submit', '--sweep', 's', '--hold', '--yes');
  const checkouts = readdirSync(join(root, '.sheaf/code')).filter((name) => /^[0-9a-f]{40}$/.test(name)).length - 1;
  return [
    {
      what: `submit in a repository of ${files} unchanged files, against code: live`,
      measured: `${live.toFixed(0)} ms + ${(snapshot - live).toFixed(0)} ms`,
      goal: '≤ 300 ms more',
      ok: snapshot - live <= 300,
    },
    {
      what: `checkouts made for a sweep of ${MEMBERS} from one tree`,
      measured: String(checkouts),
      goal: '1',
      ok: checkouts === 1,
    },
  ];
}

function repository(root: string, files: number): void {
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: code\nscheduler: local\n');
  writeFileSync(join(root, '.gitignore'), '.sheaf/\nexperiments/\n');
  for (const mode of ['snapshot', 'live']) {
    writeFileSync(join(root, 'templates', `${mode}.yaml`), `code: ${mode}\nx: 1\ncommand: echo {{ flags }}\n`);
  }
  for (let i = 0; i < files; i += 1) {
    const folder = join(root, i < 10 ? '' : `package_${i % 100}`);
    if (i < 110) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file_${i}.py`), `value = ${i}\n`.repeat(20));
  }
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  for (const words of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message=all'],
  ]) {
    if (spawnSync('git', [...who, ...words], { cwd: root }).status !== 0)
      throw new Error(`git ${words.join(' ')} failed`);
  }
}
