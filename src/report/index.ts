export { formatExact, formatPlain, type Cell } from './cell.ts';
export { selectColumns, type Column } from './columns.ts';
export { findBestPlaces, compareExperiments, type ComparedRow } from './compare.ts';
export { formatCsvLines } from './csv.ts';
export { ABSENT, exportColumns, MISSING, type ExportColumn } from './export-columns.ts';
export {
  formatHeader,
  listShownRows,
  type FileColumn,
  type FileTable,
  type FormatOptions,
  type TableFormat,
} from './file-table.ts';
export { TABLE_FORMATS, type TableFormatName } from './formats/index.ts';
export { formatMean } from '../core/stats/format-summary.ts';
export { compareCells, groupName, groupRows, type Group, type GroupMetric } from './group.ts';
export { mergeTable } from './merge.ts';
export { paint, getStatusMeaning, type Meaning } from './paint.ts';
export { renderTable, type TableColumn } from './table.ts';
export { cleanLines, cleanText, cutMiddle, cutPainted, graphemes, paintedWidth, textWidth } from './text-width.ts';
export { computeMeanCurve, type MeanCurve, type PlotRun } from './plot/aggregate.ts';
export { BAND_WORDS, computeBand, BANDS, type Band } from './plot/band.ts';
export {
  KINDS,
  type BarFigure,
  type Curve,
  type CurvesFigure,
  type Figure,
  type FigureAxis,
  type HeatmapFigure,
  type Layout,
  type ParallelAxis,
  type ParallelFigure,
  type ScatterFigure,
  type ShortLegend,
} from './plot/figure.ts';
export { drawFigureSvg } from './plot/draw.ts';
export { findLettersWithoutFont } from './plot/output/font.ts';
export { renderHtml } from './plot/output/html.ts';
export { renderPdf } from './plot/output/pdf.ts';
export { renderPng } from './plot/output/png.ts';
export { renderFigureText } from './plot/output/terminal.ts';
export { sparkline } from './spark.ts';
