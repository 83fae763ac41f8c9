import {
  BANDS,
  drawFigure,
  EXPORT_FORMATS,
  FIGURE_FORMATS,
  KINDS,
  type Exported,
  type ExportRequest,
  type ExperimentManager,
  type FigureFormat,
  type Plotted,
  type PlotRequest,
} from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import type { CallsOf } from './call.ts';
import { count, flag, listOf, mapOf, number, object, oneOf, optional, text, type Reader } from './reading.ts';
import { SELECTION, sort } from './selection.ts';

/** A table of experiments as text; Parquet is left out. */
type TableRequest = Omit<ExportRequest, 'columns' | 'ids' | 'unread' | 'update'> & {
  readonly columns?: readonly string[];
};

/** A table as the text of a file. */
export interface ExportedText extends Pick<Exported, 'columns' | 'rows' | 'experiments' | 'missing' | 'warnings'> {
  readonly text: string;
}

/** Inches on paper. */
interface Paper {
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
}

type FigureRequest = Omit<PlotRequest, 'ids' | 'unread'> & Paper;

/** A figure to look at. */
export interface DrawnSvg extends Pick<Plotted, 'experiments' | 'warnings'> {
  readonly svg: string;
}

/** Tables and figures for papers and programs, as `sheaf export` and `sheaf plot` write them. No file is written. */
export type ExportsApi = {
  /** `limit` keeps the answer small. */
  readonly exportText: { readonly request: TableRequest; readonly answer: ExportedText };
  /** The same as the bytes of a file, whole. */
  readonly exportFile: { readonly request: TableRequest; readonly answer: Uint8Array };
  readonly figure: { readonly request: FigureRequest; readonly answer: DrawnSvg };
  readonly figureFile: {
    readonly request: FigureRequest & { readonly format: FigureFormat };
    readonly answer: Uint8Array;
  };
};

const TABLE = {
  ...SELECTION,
  columns: optional(listOf(text)),
  sort: optional(sort),
  limit: optional(count),
  groupBy: optional(listOf(text)),
  stats: optional(listOf(text)),
  best: optional(mapOf(oneOf(['max', 'min']))),
  format: optional(oneOf(EXPORT_FORMATS)),
  caption: optional(text),
  label: optional(text),
  raw: optional(flag),
} as const;

/** Larger figures are posters. */
const [SMALLEST, LARGEST] = [1, 40];

const inches: Reader<number> = (value, name) => {
  const read = number(value, name);
  if (read >= SMALLEST && read <= LARGEST) return read;
  throw inputError('request.value', `a figure has no side of ${read} inches`, {
    fix: `give ${SMALLEST} to ${LARGEST} inches`,
  });
};

const FIGURE = {
  ...SELECTION,
  metric: text,
  kind: optional(oneOf(KINDS)),
  groupBy: optional(listOf(text)),
  x: optional(text),
  band: optional(oneOf(BANDS)),
  smooth: optional(number),
  logX: optional(flag),
  logY: optional(flag),
  symlogX: optional(flag),
  symlogY: optional(flag),
  width: optional(inches),
  height: optional(inches),
  title: optional(text),
} as const;

export const exportsCalls: CallsOf<ExportsApi> = {
  exportText: {
    place: 'tables',
    read: object(TABLE),
    answer: async (request, { manager }) => {
      const { text: written = '', columns, rows, experiments, missing, warnings } = await exportText(manager, request);
      return { text: written, columns, rows, experiments, missing, warnings };
    },
  },
  exportFile: {
    place: 'tables',
    read: object(TABLE),
    answer: async (request, { manager }) => toBytes((await exportText(manager, request)).text ?? ''),
  },
  figure: {
    place: 'files',
    read: object(FIGURE),
    answer: async (request, { manager }) => {
      const { plotted, paper } = await plot(manager, request);
      const { content, warnings } = await drawFigure(plotted.figure, 'svg', paper);
      return {
        svg: typeof content === 'string' ? content : '',
        experiments: plotted.experiments,
        warnings: [...plotted.warnings, ...warnings],
      };
    },
  },
  figureFile: {
    place: 'files',
    read: object({ ...FIGURE, format: oneOf(FIGURE_FORMATS) }),
    answer: async ({ format, ...request }, { manager }) => {
      const { plotted, paper } = await plot(manager, request);
      const { content } = await drawFigure(plotted.figure, format, paper);
      return typeof content === 'string' ? toBytes(content) : content;
    },
  },
};

/** `-` stands for no file. */
function exportText(manager: ExperimentManager, request: TableRequest): Promise<Exported> {
  return manager.exportResults('-', request);
}

async function plot(
  manager: ExperimentManager,
  { width, height, title, ...request }: FigureRequest,
): Promise<{ readonly plotted: Plotted; readonly paper: Paper }> {
  const paper = {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(title === undefined ? {} : { title }),
  };
  return { plotted: await manager.plot(request), paper };
}

function toBytes(written: string): Uint8Array {
  return new TextEncoder().encode(written);
}
