import type { Cell, CheckpointLine, CheckpointList, PinnedLine, TableColumn } from '../../../app/index.ts';
import { describeCode } from '../../../core/experiment/code.ts';
import { formatBytes, formatSpan } from '../../../core/units.ts';
import { formatTable, roundNumber } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { shortHash } from '../input-words.ts';

const PATH: TableColumn = { name: 'path', priority: 2, minWidth: 24, cut: 'middle' };
const EXPERIMENT: TableColumn = { name: 'exp_id', keep: true, minWidth: 12, cut: 'middle' };

/** A table of checkpoints. @param root folder of the project: paths in it are shown without it */
export function checkpointsText({ lines, metric, atMs }: CheckpointList, screen: Screen, root: string): string {
  if (lines.length === 0 && screen.tty) return 'No checkpoints.\n';
  const columns: TableColumn[] = [
    EXPERIMENT,
    { name: 'attempt', priority: 1 },
    { name: 'step', keep: true },
    { name: 'size', priority: 1 },
    { name: 'age' },
    ...(metric === undefined ? [] : [{ name: metric, verbatim: true, keep: true } as const]),
    { name: 'marks', priority: 3 },
    PATH,
  ];
  const rows = lines.map((line): Cell[] => [
    line.expId,
    line.attempt,
    line.step,
    sizeCell(line.bytes, screen),
    formatSpan(line.changedMs, atMs),
    ...(metric === undefined ? [] : [line.metric?.value]),
    marksOf(line).join(', '),
    pathCell(line.file, root),
  ]);
  return formatTable(columns, rows, screen);
}

function marksOf({ isNewest, isBest, pins, kind, outside }: CheckpointLine): string[] {
  return [
    ...(isNewest ? ['newest'] : []),
    ...(isBest ? ['best'] : []),
    ...pins.map((name) => `pinned ${name}`),
    ...(kind === 'link' ? ['link'] : outside ? ['outside'] : []),
  ];
}

/** A table of the checkpoints that have a name. @param root as of {@link checkpointsText} */
export function pinnedText(lines: readonly PinnedLine[], screen: Screen, root: string): string {
  if (lines.length === 0 && screen.tty) return 'No checkpoint is pinned.\n';
  const columns: TableColumn[] = [
    { name: 'name', keep: true },
    EXPERIMENT,
    { name: 'step', priority: 3 },
    { name: 'metric', priority: 3 },
    { name: 'code', priority: 1 },
    { name: 'data', priority: 1 },
    { name: 'state', priority: 2 },
    PATH,
  ];
  const rows = lines.map(({ name, experiment, pin, code, inputs, state, file }): Cell[] => [
    name,
    experiment.expId,
    pin.step,
    pin.metric && `${pin.metric.name} ${screen.tty ? roundNumber(pin.metric.value) : pin.metric.value}`,
    code && describeCode(code),
    Object.entries(inputs)
      .map(([input, found]) => `${input} ${found.kind === 'whole' ? shortHash(found) : found.why}`)
      .join(', '),
    state,
    pathCell(file, root),
  ]);
  return formatTable(columns, rows, screen);
}

function sizeCell(bytes: number, screen: Screen): Cell {
  return screen.tty ? formatBytes(bytes) : bytes;
}

function pathCell(file: string, root: string): string {
  return quotePath(file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
}

/** Quoted if it has characters that would break a line. */
export function quotePath(path: string): string {
  return /\p{Cc}/u.test(path) ? JSON.stringify(path) : path;
}
