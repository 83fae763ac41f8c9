import type { TableRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { makePicker, pickWords } from '../pick/pick.ts';
import { parseLeadingNumber } from '../base/reading.ts';
import { makeRowSeries } from '../pick/row-series.ts';
import { wantOneFile, type MetricFinding, type NamedRule, type ReadOptions, type Source } from '../base/source.ts';
import { type FoundFile } from '../base/found-file.ts';
import { makeMissing, withNotes } from '../base/words.ts';

/** A source that reads one file with one row a line. */
export function tableSource(
  read: (
    file: FoundFile,
    rules: readonly NamedRule<TableRule>[],
    options: ReadOptions,
  ) => Promise<readonly MetricFinding[]>,
): Source<TableRule> {
  return {
    describe: ({ source, column, pick, where }) =>
      `${source} ${column} ${pickWords(pick)}${where ? ` where ${conditionWords(where)}` : ''}`,
    files: wantOneFile,
    spansAttempts: () => true,
    read: async ([file], rules, options) => (file ? read(file, rules, options) : []),
  };
}

function conditionWords(where: NonNullable<TableRule['where']>): string {
  return Object.entries(where)
    .map(([column, text]) => `${column} = ${text}`)
    .join(', ');
}

/** The cells of one column, in the order of their rows. */
export interface Cells {
  /** @param text not empty; @param step as written in the file @param counts its column */
  readonly add: (text: string, line: number, step: string | undefined, counts?: string) => void;
  /** Undefined when no row was skipped. @param rows how many there were @param others the values found instead of those that `where` asks for */
  readonly result: (rows: number, others?: string) => MetricFinding | undefined;
}

/** Picks, and keeps as a series, what a rule asks for of a column. */
export function newCells({ pick, series, step, where, number }: TableRule, file: FoundFile): Cells {
  const picker = makePicker(pick, file.shown);
  const wantsCount = series === true || typeof pick !== 'string';
  const points = makeRowSeries();
  let count = 0;

  function add(cell: string, line: number, stepText: string | undefined, counts?: string): void {
    const text = number ? parseLeadingNumber(cell) : cell;
    count += 1;
    if (wantsCount || stepText !== undefined) points.add(text, stepText, counts);
    const at = points.step();
    picker.add(text, { line, ...(at !== undefined && { step: at }) });
  }

  function result(rows: number, others?: string): MetricFinding | undefined {
    if (count === 0 && where !== undefined && rows > 0) {
      const said = `no row of ${file.shown} with ${conditionWords(where)} has a value, of ${formatCount(rows, 'row')}`;
      return makeMissing('no_match', said, {
        fix: others ?? 'look at the texts in these columns',
      });
    }
    const finding = picker.result();
    if (!finding?.found) return finding;
    const { note: fault, ...made } = points.result();
    // That a column which happens to be named epoch has other than whole numbers is nobody's fault.
    const note = step === undefined ? undefined : fault;
    return { found: withNotes({ ...finding.found, ...made }, note) };
  }

  return { add, result };
}
