import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program, Ratio } from './house-figures.ts';
import { writeJournal } from './journal.ts';
import { costOnce, medianCost, timeOnce, type Cost } from './measure.ts';

const BARE = [process.execPath, '-e', '0'];
const PEER = 'node -e 0';
const ROUNDS = 15;
const SLOW_ROUNDS = 5;

/** Makes a project with `experiments` experiments of a template with 30 parameters. @param seeds runs of each configuration */
export function makeProject(root: string, experiments: number, seeds = 1): string {
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\ncommand: echo {{ flags }}\n');
  const params = Array.from({ length: 30 }, (_, i) => `param_${i}: ${i / 7}`);
  writeFileSync(join(root, 'templates', 'bench.yaml'), `${params.join('\n')}\nlearning_rate: 0.1\nseed: 0\n`);
  if (experiments > 0) writeJournal(join(root, '.sheaf', 'journal'), experiments, { seeds });
  return root;
}

/** Commands over many experiments, as whole processes. */
export function commandFigures(folder: string, programs: readonly Program[], scale: number): Ratio[] {
  const small = makeProject(join(folder, 'small'), 10_000 * scale);
  const large = makeProject(join(folder, 'large'), 100_000 * scale);
  for (const { bin, env } of programs) for (const cwd of [small, large]) timeOnce([bin, 'list'], { cwd, env });
  const measured = (rounds: number, cwd: string, what: string, goal: number, ...words: string[]): Ratio => ({
    what,
    peer: PEER,
    goal,
    ...besideNode(rounds, programs, () => ({ words, cwd })),
  });
  const table = join(folder, 'table.csv');
  const grouped = ['export', table, '--group-by'];
  // Older checkouts give no names by themselves.
  const named = besideNode(ROUNDS, programs.slice(0, 1), () => ({ words: ['new', 'bench'], cwd: large }));
  return [
    measured(ROUNDS, small, `sheaf list, ${10_000 * scale} experiments`, 2, 'list'),
    measured(ROUNDS, large, `sheaf list, ${100_000 * scale}`, 2.2, 'list'),
    measured(ROUNDS, large, 'sheaf list --help', 1.5, 'list', '--help'),
    measured(ROUNDS, large, `sheaf status with nothing active, ${100_000 * scale}`, 2.2, 'status'),
    measured(SLOW_ROUNDS, large, `export --group-by of ${100_000 * scale}, 5 groups`, 25, ...grouped, 'learning_rate'),
    measured(SLOW_ROUNDS, large, '  1,000 groups', 30, ...grouped, 'param_1', 'learning_rate'),
    { what: `sheaf new with the next name, ${100_000 * scale}`, peer: PEER, goal: 4, ...named },
  ];
}

/** A sweep that is made, as a whole process. */
export function sweepFigures(folder: string, programs: readonly Program[], scale: number): Ratio[] {
  const members = 1_000 * scale;
  const rates = Array.from({ length: members / 10 }, (_, i) => `${i + 1}e-4`).join(',');
  const space = ['--grid', `learning_rate=${rates}`, '--grid', 'seed=0,1,2,3,4,5,6,7,8,9'];
  const words = ['sweep', '--template', 'bench', '--name', 's', ...space, '--yes'];
  const make = (round: number, program: number): Run => ({
    words,
    cwd: makeProject(join(folder, `sweep-${round}-${program}`), 0),
  });
  return [{ what: `sweep of ${members} made`, peer: PEER, goal: 15, ...besideNode(SLOW_ROUNDS, programs, make) }];
}

interface Run {
  readonly words: readonly string[];
  readonly cwd: string;
}

/** Medians of the same command of each program, in turn with a Node that does nothing. */
function besideNode(
  rounds: number,
  programs: readonly Program[],
  make: (round: number, program: number) => Run,
): { costs: Cost[]; peerCost: Cost } {
  const bare: Cost[] = [];
  const costs = programs.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    programs.forEach(({ bin, env }, i) => {
      const { words, cwd } = make(round, i);
      bare.push(costOnce(BARE));
      costs[i]?.push(costOnce([bin, ...words], { cwd, env }));
    });
  }
  return { costs: costs.map(medianCost), peerCost: medianCost(bare) };
}
