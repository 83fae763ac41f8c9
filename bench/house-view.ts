import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject } from './house-commands.ts';
import type { Program, Ratio } from './house-figures.ts';
import { writeJournal } from './journal.ts';
import { inProcess, medianCost, type Cost } from './measure.ts';

const REBUILDS = 3;
const CATCH_UPS = 7;
/** Experiments of a catch-up, ten events each. */
const NEW = 100;
const GOAL_MS = 40;

/** Rebuilding the view compared with only writing the same rows; and catching up with new events. */
export function viewFigures(folder: string, programs: readonly Program[], scale: number): Ratio[] {
  const experiments = 100_000 * scale;
  const root = makeProject(join(folder, 'view'), experiments);
  const opened = ({ checkout, env }: Program): Cost =>
    inProcess<Cost>(join(import.meta.dirname, 'open-store.ts'), [checkout, root], env);
  const rebuilds = programs.map((): Cost[] => []);
  const bare: Cost[] = [];
  for (let round = 0; round < REBUILDS; round += 1) {
    programs.forEach((program, i) => {
      const local = program.env['SHEAF_LOCAL_DIR'] ?? '';
      rmSync(local, { recursive: true, force: true });
      rebuilds[i]?.push(opened(program));
      // The rows of this program: the tables of another version may hold more, or less.
      if (i === 0) bare.push(bareInserts(local, join(folder, 'bare.sqlite')));
    });
  }
  const without = programs.map((): Cost[] => []);
  const withNew = programs.map((): Cost[] => []);
  for (let round = 0; round < CATCH_UPS; round += 1) {
    const from = experiments + round * NEW;
    writeJournal(join(root, '.sheaf', 'journal'), NEW, { from, writer: `bench00${round}` });
    programs.forEach((program, i) => {
      withNew[i]?.push(opened(program));
      without[i]?.push(opened(program));
    });
  }
  return [
    {
      what: `rebuild of the view from ${experiments * 10} events`,
      peer: 'bare inserts of the same rows',
      costs: rebuilds.map(medianCost),
      peerCost: medianCost(bare),
      goal: 2,
    },
    {
      what: `catch-up with ${NEW * 10} events at ${experiments * 10}, above an open without any`,
      peer: `${GOAL_MS} ms`,
      costs: programs.map((_, i) => difference(medianCost(withNew[i] ?? []), medianCost(without[i] ?? []))),
      peerCost: { wallMs: GOAL_MS, cpuMs: GOAL_MS },
      goal: 1,
    },
  ];
}

function bareInserts(local: string, file: string): Cost {
  const [view = ''] = globSync('*/view.sqlite', { cwd: local });
  try {
    return inProcess<Cost>(join(import.meta.dirname, 'bare-inserts.ts'), [join(local, view), file], process.env);
  } finally {
    rmSync(file, { force: true });
  }
}

function difference(a: Cost, b: Cost): Cost {
  return { wallMs: a.wallMs - b.wallMs, cpuMs: a.cpuMs - b.cpuMs };
}
