import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program, Ratio } from './house-figures.ts';
import { writeJournal } from './journal.ts';
import { costOnce, medianCost, type Cost } from './measure.ts';
import { EVENT_ACCUMULATOR, eventFile, TAGS } from './tensorboard.ts';

const ROUNDS = 5;

/** `sheaf harvest` of one event file, of which two tags are wanted, beside TensorBoard's reader: whole processes. */
export function harvestFigures(folder: string, programs: readonly Program[], points: number, python: string): Ratio[] {
  const root = join(folder, 'harvest');
  const attempt = join(root, 'experiments/bench_000000/attempts/train-1');
  const file = join(attempt, 'events.out.tfevents.1000000000.bench.1.0');
  const [first = '', second = ''] = TAGS;
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\ncommand: echo\n');
  const rules = `  ${first}: {tensorboard: true}\n  ${second}: {tensorboard: true}\n`;
  writeFileSync(join(root, 'templates/bench.yaml'), `learning_rate: 0.1\nseed: 0\nharvest:\n${rules}`);
  writeJournal(join(root, '.sheaf/journal'), 1);
  mkdirSync(attempt, { recursive: true });
  writeFileSync(file, eventFile(points));
  const peer: Cost[] = [];
  const costs = programs.map((): Cost[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    peer.push(costOnce([python, '-c', EVENT_ACCUMULATOR, attempt]));
    programs.forEach(({ bin, env }, i) => {
      // What has not changed is not read.
      const seconds = 1_700_000_000 + round * programs.length + i;
      utimesSync(file, seconds, seconds);
      costs[i]?.push(costOnce([bin, 'harvest', '--all'], { cwd: root, env }));
    });
  }
  return [
    {
      what: `sheaf harvest of one event file, two tags of ${points} scalars in four`,
      peer: "TensorBoard's EventAccumulator",
      costs: costs.map(medianCost),
      peerCost: medianCost(peer),
      goal: -20,
    },
  ];
}
