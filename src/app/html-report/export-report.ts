import { basename } from 'node:path';
import { inputError } from '../../core/errors.ts';
import { formatList } from '../../core/text/phrases.ts';
import { formatBytes } from '../../core/units.ts';
import { replaceFile } from '../../system/index.ts';
import { warnOfOldRules } from '../harvest/old-rules.ts';
import { getKeptMode, resolveOutputPath } from '../project/output-file.ts';
import type { Project } from '../project/project.ts';
import type { Exported, ExportRequest } from '../tables/export.ts';
import { chooseCurves, readReportCurves, USUAL_POINTS } from './report-curves.ts';
import { readReport, type ReportData, type ReportSelector } from './report-data.ts';
import { readPageParts, writePage } from './write-page.ts';

/** A mail takes it. */
const MOST_BYTES = 2_000_000;
/** Curves of fewer points say nothing. */
const FEWEST_POINTS = 16;

/**
 * Writes one HTML file to send: states, ranked groups, curves, best runs, failures, configuration and code of experiments. It
 * needs no server and no network. Curves get fewer points if the file would be larger than 2 MB otherwise.
 *
 * @param file `-` gives the text back
 * @throws SheafError `export.report` for what only a table has; `export.file`, `report.*`; as `openSelection`, `readCurves`
 */
export async function exportReport(project: Project, file: string, request: ExportRequest): Promise<Exported> {
  const { best, format: _format, ...asked } = request;
  const selector = takeSelector(asked);
  const path = file === '-' ? undefined : resolveOutputPath(file);
  const parts = readPageParts();
  const data = await readReport(project, path === undefined ? 'report.html' : basename(path), selector, best);
  const text = await writeWithCurves(project, data, (whole) => writePage(whole, parts));
  if (path !== undefined) replaceFile(path, (append) => append(text), getKeptMode(path));
  const { members, ranked } = data;
  const bytes = Buffer.byteLength(text);
  return {
    ...(path === undefined ? { text } : { path }),
    format: 'html',
    columns: [...members.parameters.map(({ label }) => label), ...(ranked ? [ranked.metric.header] : [])],
    rows: ranked?.groups.length ?? 0,
    experiments: members.expIds.length,
    missing: countMissing(data),
    warnings: [
      ...data.warnings,
      ...(await warnOfOldRules(project, selector)),
      ...(bytes > MOST_BYTES
        ? [`the report has ${formatBytes(bytes)}: choose fewer experiments for a smaller one`]
        : []),
    ],
  };
}

/** Half the points as long as the file is too large. */
async function writeWithCurves(
  project: Project,
  data: ReportData,
  write: (data: ReportData) => string,
): Promise<string> {
  const { metric } = data;
  const chosen = chooseCurves(data);
  if (metric === undefined || chosen.ids.length === 0) return write(data);
  for (let points = USUAL_POINTS; ; points /= 2) {
    const text = write({ ...data, curves: await readReportCurves(project, metric, chosen, points) });
    if (Buffer.byteLength(text) <= MOST_BYTES || points <= FEWEST_POINTS) return text;
  }
}

/** @throws SheafError `export.report` */
function takeSelector(request: Omit<ExportRequest, 'best' | 'format'>): ReportSelector {
  const { columns, groupBy, stats, update, caption, label, raw, sort, limit, ...selector } = request;
  const given = { columns, groupBy, stats, update, caption, label, raw, sort, limit };
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`--${name.replace('groupBy', 'group-by')}`],
  );
  if (flags.length === 0) return selector;
  throw inputError('export.report', `A report cannot have ${formatList(flags)}`, {
    why: 'it shows all parameters that differ, and groups runs that differ in seeds alone',
    fix: `leave out ${formatList(flags)}; choose experiments with --sweep or --where, and the metric with --best NAME:max`,
    now: 'nothing was written',
  });
}

/** Runs without a number of the metric, by cause. */
function countMissing({ ranked }: ReportData): Exported['missing'] {
  const counts: Record<string, number> = {};
  for (const gaps of ranked?.columns[0]?.gaps ?? [])
    for (const [cause, count] of Object.entries(gaps)) counts[cause] = (counts[cause] ?? 0) + count;
  return counts;
}
