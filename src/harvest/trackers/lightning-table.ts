import { formatCount } from '../../core/text/phrases.ts';
import { makeRowSplitter, type CsvRow, type RowFault } from '../read/csv-rows.ts';
import { readNumber, parseWholeNumber } from '../base/reading.ts';
import type { FoundFile } from '../base/found-file.ts';
import { readTextChunks } from '../read/byte-chunks.ts';
import { formatNames } from '../base/words.ts';
import type { Collector } from './common/collector.ts';
import { makeDamagedLines, type DamagedLines } from './common/file-lines.ts';
import type { TrackerOptions } from './common/tracker.ts';

const STEP = 'step';

/**
 * Gives the columns of a CSV file that has a column `step` to `collector`, as series. Empty cells are no points.
 *
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function readMetricsTable(file: FoundFile, options: TrackerOptions, collector: Collector): Promise<void> {
  const table = newMetricsTable(file, collector);
  const splitter = makeRowSplitter();
  for await (const text of readTextChunks(file, options)) {
    if (!table.take(splitter.push(text)) || splitter.fault()?.kind === 'long row') break;
  }
  if (!file.unfinished) table.take(splitter.rest());
  table.conclude(splitter.fault());
}

interface MetricsTable {
  /** False when nothing further can be read. */
  readonly take: (rows: readonly CsvRow[]) => boolean;
  readonly conclude: (fault: RowFault | undefined) => void;
}

function newMetricsTable(file: FoundFile, collector: Collector): MetricsTable {
  const { shown } = file;
  const stepless = makeDamagedLines(shown, `their ${STEP} is no whole number`);
  const texts = new Map<string, DamagedLines>();
  let header: readonly string[] | undefined;
  let stepAt = -1;
  let columns: readonly (readonly [name: string, at: number])[] = [];
  let ragged: CsvRow | undefined;
  let rows = 0;

  function take(batch: readonly CsvRow[]): boolean {
    for (const row of batch) {
      if (header === undefined) readHeader(row.cells.map((cell) => cell.trim()));
      else if (row.cells.length !== header.length) ragged ??= row;
      else if (ragged === undefined && !isHeader(row.cells, header)) takeRow(row);
    }
    return ragged === undefined;
  }

  function readHeader(names: readonly string[]): void {
    header = names;
    stepAt = names.indexOf(STEP);
    const seen = new Set<string>();
    const twice = new Set(names.filter((name) => seen.size === seen.add(name).size));
    if (stepAt < 0) collector.note(`${shown} has no column ${STEP}: its rows are counted, from 0`);
    if (twice.size > 0)
      collector.note(`${shown} has several columns named ${formatNames([...twice])}: they are left out`);
    columns = [...names.entries()]
      .filter(([, name]) => name !== '' && name !== STEP && !twice.has(name))
      .map(([at, name]) => [name, at]);
  }

  function takeRow({ cells, line }: CsvRow): void {
    const step = stepAt < 0 ? rows : parseWholeNumber(cells[stepAt] ?? '');
    rows += 1;
    if (step === undefined) stepless.add(line);
    else for (const [name, at] of columns) takeCell(name, step, cells[at]?.trim() ?? '', line);
  }

  function takeCell(name: string, step: number, text: string, line: number): void {
    if (text === '') return;
    const reading = readNumber(text);
    if (reading.kind !== 'text') collector.point(name, step, reading.value, shown);
    else textsOf(name).add(line);
  }

  function textsOf(name: string): DamagedLines {
    const lines = texts.get(name) ?? makeDamagedLines(shown, `their ${name} is no number`);
    texts.set(name, lines);
    return lines;
  }

  function conclude(fault: RowFault | undefined): void {
    for (const lines of [stepless, ...texts.values()]) collector.note(lines.told());
    collector.note(faultWords(file, header, fault, ragged));
    if (rows === 0 && ragged === undefined && fault === undefined && !file.unfinished) {
      collector.note(header === undefined ? `${shown} is empty` : `${shown} has a header but no rows`);
    }
  }

  return { take, conclude };
}

/** Runs that go on write the header again; it is no row. */
function isHeader(cells: readonly string[], header: readonly string[]): boolean {
  return cells.every((cell, i) => cell.trim() === header[i]);
}

function faultWords(
  { shown, unfinished }: FoundFile,
  header: readonly string[] | undefined,
  fault: RowFault | undefined,
  ragged: CsvRow | undefined,
): string | undefined {
  if (ragged !== undefined) {
    const cells = `${formatCount(ragged.cells.length, 'cell')}, but the header has ${header?.length ?? 0}`;
    return `line ${ragged.line} of ${shown} has ${cells}: the file is read up to there`;
  }
  // A row that a running program is still writing is no fault.
  if (fault === undefined || (fault.kind === 'open quote' && unfinished)) return undefined;
  return `the row that begins at line ${fault.line} of ${shown} never ends: the file is read up to there`;
}
