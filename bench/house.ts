/**
 * `npm run bench:house [-- --before CHECKOUT] [--quick]`: start-up, the view, sweeps, harvest, groups and the shape of the sources,
 * as ratios. Another checkout that is built (`npm run build`) is measured in the same run, in turn with this one. CPU is the
 * processors' time, which says more than the clock on a machine that does other work. `--quick` takes a tenth of the sizes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { interopPython } from '../scripts/interop-python.ts';
import { commandFigures, sweepFigures } from './house-commands.ts';
import type { Program, Ratio } from './house-figures.ts';
import { harvestFigures } from './house-harvest.ts';
import { viewFigures } from './house-view.ts';
import { report, type Figure } from './measure.ts';
import { measureSources } from './source-shape.ts';

const { values } = parseArgs({ options: { before: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const scale = values.quick ? 0.1 : 1;
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const own = resolve(import.meta.dirname, '..');
const programs = [own, ...(values.before === undefined ? [] : [resolve(values.before)])].map(
  (checkout, i): Program => ({
    checkout,
    bin: join(checkout, 'bin/sheaf'),
    env: { ...process.env, SHEAF_LOCAL_DIR: join(folder, `local-${i}`), NO_COLOR: '1' },
  }),
);

try {
  const python = process.env['SHEAF_BENCH_PYTHON'] ?? interopPython((text) => process.stderr.write(`${text}\n`));
  const ratios = [
    ...commandFigures(folder, programs, scale),
    ...sweepFigures(folder, programs, scale),
    ...harvestFigures(folder, programs, 200_000, python),
    ...viewFigures(folder, programs, scale),
  ];
  const figures = [...ratios.map(ratioFigure), ...sourceFigures()];
  report(figures);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function ratioFigure({ what, peer, costs, peerCost, goal }: Ratio): Figure {
  const isSpeed = goal < 0;
  const times = (a: number, b: number): number => (isSpeed ? b / a : a / b);
  const [ours = Number.NaN] = costs.map(({ wallMs }) => times(wallMs, peerCost.wallMs));
  const texts = costs.map(
    ({ wallMs, cpuMs }) =>
      `${times(wallMs, peerCost.wallMs).toFixed(2)} × (CPU ${times(cpuMs, peerCost.cpuMs).toFixed(2)} ×; ${wallMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)})`,
  );
  return {
    what: `${what}, ${isSpeed ? 'faster than' : 'against'} ${peer} (${peerCost.wallMs.toFixed(0)} ms, CPU ${peerCost.cpuMs.toFixed(0)})`,
    measured: beside(texts),
    goal: isSpeed ? `≥ ${-goal} ×` : `≤ ${goal} ×`,
    ok: isSpeed ? ours >= -goal : ours <= goal,
  };
}

function sourceFigures(): Figure[] {
  const shapes = programs.map(({ checkout }) => measureSources(checkout));
  const line = (what: string, most: number, counts: readonly number[]): Figure => ({
    what,
    measured: beside(counts.map(String)),
    goal: `≤ ${most}`,
    ok: (counts[0] ?? Infinity) <= most,
  });
  return [
    line(
      `most files in one folder of src (${shapes.map(({ largestFolder }) => largestFolder.path).join(', ')})`,
      25,
      shapes.map(({ largestFolder }) => largestFolder.files),
    ),
    line(
      'import circles',
      0,
      shapes.map(({ circles }) => circles),
    ),
    line(
      'lines of src without tests',
      71_000,
      shapes.map(({ lines }) => lines),
    ),
  ];
}

function beside([ours = '', before]: readonly string[]): string {
  return before === undefined ? ours : `${ours}; before ${before}`;
}
