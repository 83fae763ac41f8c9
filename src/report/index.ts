export { exactText, plainText, type Cell } from './cell.ts';
export { selectColumns, type Column } from './columns.ts';
export { bestPlaces, compareExperiments, type ComparedRow } from './compare.ts';
export { csvLines } from './csv.ts';
export { ABSENT, exportColumns, MISSING, type ExportColumn } from './export-columns.ts';
export {
  headerText,
  shownRows,
  type FileColumn,
  type FileTable,
  type FormatOptions,
  type TableFormat,
} from './file-table.ts';
export { TABLE_FORMATS, type TableFormatName } from './formats/index.ts';
export { compareCells, groupName, groupRows, meanText, type Group, type GroupMetric } from './group.ts';
export { mergeTable } from './merge.ts';
export { paint, statusStyle } from './paint.ts';
export { renderTable, type TableColumn } from './table.ts';
export { cleanLines, cleanText, cutPainted, paintedWidth } from './text-width.ts';
export { meanCurve, type MeanCurve, type PlotRun } from './plot/aggregate.ts';
export { BAND_WORDS, bandOf, BANDS, type Band } from './plot/band.ts';
export {
  KINDS,
  type BarFigure,
  type Curve,
  type CurvesFigure,
  type Figure,
  type HeatmapFigure,
  type Layout,
  type ParallelAxis,
  type ParallelFigure,
  type ScatterFigure,
  type ShortLegend,
} from './plot/figure.ts';
export { figureSvg } from './plot/draw.ts';
export { lettersWithoutFont } from './plot/output/font.ts';
export { htmlOf } from './plot/output/html.ts';
export { pdfOf } from './plot/output/pdf.ts';
export { pngOf } from './plot/output/png.ts';
export { figureText } from './plot/output/terminal.ts';
export { smooth } from './plot/smooth.ts';
export { sparkline } from './spark.ts';
