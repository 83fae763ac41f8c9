import { formatCount } from '../../../core/text/phrases.ts';
import { toFoundValue, type JsonScalar } from '../../read/json-leaves.ts';
import { isJsonNumber } from '../../read/json-parse.ts';
import { LONGEST_TEXT } from '../../base/reading.ts';
import { formatNames } from '../../base/words.ts';
import type { Collector } from '../common/collector.ts';
import type { WandbRecord, WandbRun } from './wandb-record.ts';
import { collectLeaves, makeWandbTree } from './wandb-tree.ts';

/** Makes a run of the records of its files. */
export interface WandbRunReader {
  /** A further file of the run, from whose first step on what came before counts no more. */
  readonly begin: (shown: string) => {
    readonly take: (record: WandbRecord) => void;
    readonly firstStep: () => number | undefined;
  };
  /** When all files were read: gives summary and configuration. */
  readonly end: () => void;
}

/** @param collector gets points at once, summary and configuration at the end */
export function makeWandbRun(collector: Collector): WandbRunReader {
  const [summary, config] = [makeWandbTree(), makeWandbTree()];
  /** The last number that was logged of each key. */
  const logged = new Map<string, number>();
  const tooLong: string[] = [];
  let [file, run]: [string, WandbRun | undefined] = ['', undefined];

  function begin(shown: string): ReturnType<WandbRunReader['begin']> {
    file = shown;
    let firstStep: number | undefined;

    function take(record: WandbRecord): void {
      summary.change(record.summary);
      config.change(record.config);
      run = record.run ?? run;
      const row = record.history && collectLeaves(record.history);
      const step = row && (row.get('_step') ?? record.step);
      if (!row || typeof step !== 'number' || !Number.isSafeInteger(step)) return;
      if (firstStep === undefined) collector.restartAt(step);
      firstStep ??= step;
      takeRow(row, step);
    }

    return { take, firstStep: () => firstStep };
  }

  function takeRow(row: ReadonlyMap<string, JsonScalar>, step: number): void {
    const time = row.get('_timestamp');
    for (const [key, leaf] of row) {
      if (!isJsonNumber(leaf) || isOwn(key) || key === RUNTIME) continue;
      collector.point(key, step, Number(leaf), file, typeof time === 'number' ? time : NaN);
      logged.set(key, Number(leaf));
    }
  }

  function end(): void {
    for (const [key, leaf] of summary.leaves()) takeSummary(key, leaf);
    for (const [key, leaf] of config.leaves()) if (!isOwn(key)) takeValue(`config.${key}`, leaf);
    for (const [key, text] of Object.entries(run ?? {})) if (text !== '') takeValue(`run.${key}`, text);
    if (tooLong.length === 0) return;
    collector.note(`texts longer than ${formatCount(LONGEST_TEXT, 'character')} are left out: ${formatNames(tooLong)}`);
  }

  function takeSummary(key: string, leaf: JsonScalar): void {
    const last = logged.get(key);
    if (isOwn(key) || (isJsonNumber(leaf) && Object.is(Number(leaf), last))) return;
    takeValue(last === undefined ? key : `summary.${key}`, leaf);
  }

  function takeValue(key: string, leaf: JsonScalar): void {
    const value = toFoundValue(leaf);
    if (value) collector.value(key, { ...value, file });
    else tooLong.push(key);
  }

  return { begin, end };
}

/** Seconds that the run took: of interest at its end only. */
const RUNTIME = '_runtime';

/** Whether it is of W&B's own making. */
function isOwn(key: string): boolean {
  return key === '_step' || key === '_timestamp' || key === '_wandb' || key.startsWith('_wandb.');
}
