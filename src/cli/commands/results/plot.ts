import {
  BANDS,
  parseFigureFormat,
  renderFigureText,
  KINDS,
  writeFigure,
  type FigureFile,
  type Layout,
  type Plotted,
  type PlotRequest,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { plotJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Session } from '../../shell/session.ts';
import { IDS } from '../../flags/selection.ts';
import { count } from '../../shell/words.ts';
import { LISTING_FLAGS, listingOf } from '../inspect/listing.ts';

/** Figures have no columns and no order of rows. */
const SELECTING = LISTING_FLAGS.filter(({ name }) => !['columns', 'sort', 'desc'].includes(name));

export const command: Command = {
  name: 'plot',
  summary: 'Draw a figure: curves with bands, bars, dots',
  examples: [
    ['sheaf plot val_acc --group-by learning_rate -o fig.svg', 'mean and deviation over the seeds'],
    ['sheaf plot val_loss --sweep lrs --log-y --smooth 0.6', 'in the terminal'],
    ['sheaf plot accuracy --group-by model --kind bar -o bars.pdf', 'final values with 95 % intervals'],
    ['sheaf plot accuracy --x learning_rate --log-x -o dots.png'],
    ['sheaf plot accuracy --kind heatmap --group-by learning_rate batch_size -o map.svg'],
    ['sheaf plot accuracy --kind parallel -o all.html'],
  ],
  positionals: [{ name: 'METRIC', offers: 'field' }, IDS],
  flags: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: 'Output file: .svg, .png, .pdf or .html',
      offers: 'file',
    },
    { name: 'terminal', help: 'Draw a small chart in the terminal (default for a terminal without -o)' },
    {
      name: 'kind',
      value: 'KIND',
      help: 'curves, bar, scatter, heatmap or parallel (default: curves if there is a series, otherwise bars of final values, or dots with --x)',
      choices: KINDS,
    },
    {
      name: 'group-by',
      value: 'NAME',
      many: 'words',
      help: 'One curve or bar for each value of NAME: the mean of its experiments',
      offers: 'field',
    },
    {
      name: 'x',
      value: 'NAME',
      help: 'Horizontal axis: step, time, active (time without queue gaps), a metric or a parameter. Over a metric, points are joined in the order of its values, not of training',
      offers: 'field',
    },
    {
      name: 'band',
      value: 'BAND',
      help: 'Band around means: std, sem, ci95, minmax or none (default: std for curves, ci95 for bars)',
      choices: BANDS,
    },
    { name: 'smooth', value: 'WEIGHT', help: 'Smoothing weight as in TensorBoard, from 0 (none) to below 1' },
    { name: 'log-x', help: 'Logarithmic horizontal axis' },
    { name: 'log-y', help: 'Logarithmic axis for the metric' },
    {
      name: 'symlog-x',
      help: 'Symmetric logarithmic horizontal axis: logarithmic on both sides of zero, nearly linear around it',
    },
    { name: 'symlog-y', help: 'Symmetric logarithmic axis for the metric; the figure states its constant' },
    { name: 'size', value: 'WxHin', help: 'Size on paper, in in, cm or mm (default: 3.3x2.4in)' },
    { name: 'title', value: 'TEXT', help: 'Title (default: none, because papers have captions)' },
    ...SELECTING,
  ],
  notes: [
    'Warnings report what is not in the figure: experiments without a series or a value, NaN, zeros on a log axis, runs that ended early.',
  ],
  run: async (args, session) => {
    const target = targetOf(args, session);
    const layout = layoutOf(args);
    const plotted = await (await session.open()).plot(requestOf(args));
    const file = target === undefined ? undefined : await writeFigure(plotted.figure, target, layout);
    return plotAnswer(plotted, file, target);
  },
};

/** The file to write; undefined for the terminal or JSON alone. @throws SheafError `plot.where`, `plot.format` */
function targetOf(args: Args, { globals, out }: Session): string | undefined {
  const file = args.text('output');
  if (file !== undefined) parseFigureFormat(file);
  if (file !== undefined || args.has('terminal') || globals.json || out.screen.tty) return file;
  throw inputError('plot.where', 'output is not a terminal: pass -o FILE', {
    fix: 'add -o fig.svg, --terminal for a text chart, or --json for the numbers',
  });
}

function requestOf(args: Args): PlotRequest {
  const [metric = '', ...ids] = args.positionals;
  const { sort: _sort, columns: _columns, limit: _limit, ...selector } = listingOf(args);
  const [kind, band, x] = [KINDS.find(is(args, 'kind')), BANDS.find(is(args, 'band')), args.text('x')];
  const smooth = args.text('smooth');
  return {
    ...selector,
    metric,
    ...(ids.length > 0 && { ids }),
    ...(kind && { kind }),
    ...(band && { band }),
    ...(x !== undefined && { x }),
    ...(smooth !== undefined && { smooth: weight(smooth) }),
    ...(args.has('group-by') && { groupBy: args.texts('group-by') }),
    logX: args.has('log-x'),
    logY: args.has('log-y'),
    symlogX: args.has('symlog-x'),
    symlogY: args.has('symlog-y'),
  };
}

function is(args: Args, flag: string): (choice: string) => boolean {
  return (choice) => choice === args.text(flag);
}

/** A value that is not a number is refused later. */
function weight(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

const CENTIMETRES_PER_INCH = 2.54;
const UNITS: Readonly<Record<string, number>> = { in: 1, cm: 1 / CENTIMETRES_PER_INCH, mm: 0.1 / CENTIMETRES_PER_INCH };
const LEAST_INCHES = 1;
const MOST_INCHES = 40;

/** @throws SheafError `plot.size` */
function layoutOf(args: Args): Partial<Layout> {
  const title = args.text('title');
  const size = args.text('size');
  const [, width, height, unit = 'in'] = /^(\d*\.?\d+)[x×](\d*\.?\d+)(in|cm|mm)?$/.exec(size ?? '') ?? [];
  const inches = [width, height].map((text) => Number(text) * (UNITS[unit] ?? 1));
  const fits = inches.every((length) => length >= LEAST_INCHES && length <= MOST_INCHES);
  if (size !== undefined && !fits) {
    throw inputError('plot.size', `--size is ${JSON.stringify(size)}`, {
      why: `width and height must be ${LEAST_INCHES} to ${MOST_INCHES} inches`,
      fix: 'write, for example, --size 3.3x2.4in or 8.4x6cm',
    });
  }
  return {
    ...(title !== undefined && title !== '' && { title }),
    ...(size !== undefined && { width: inches[0] ?? 0, height: inches[1] ?? 0 }),
  };
}

/** @param target the file as it was given */
function plotAnswer(plotted: Plotted, file: FigureFile | undefined, target: string | undefined): Answer {
  const { figure, experiments, warnings } = plotted;
  return {
    data: plotJson(plotted, file),
    text: (screen) =>
      file === undefined
        ? renderFigureText(figure, screen)
        : `Wrote ${target}: ${figure.kind} of ${count(experiments, 'experiment')}\n`,
    warnings: [...warnings, ...(file?.warnings ?? [])],
  };
}
