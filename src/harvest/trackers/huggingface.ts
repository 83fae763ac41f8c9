import { basename, dirname } from 'node:path';
import { formatCount } from '../../core/text/phrases.ts';
import { visitJsonLeaves, toFoundValue } from '../read/json-leaves.ts';
import { isJsonList, isJsonNumber, isJsonObject, type JsonObject, type LooseJson } from '../read/json-parse.ts';
import type { FoundFile } from '../base/found-file.ts';
import { formatNames } from '../base/words.ts';
import { makeCollector, type Collector } from './common/collector.ts';
import { readJsonObject } from './common/json-object.ts';
import type { TrackedRun, TrackedValue, Tracker, TrackerOptions } from './common/tracker.ts';
import { putValue } from './common/values.ts';

/**
 * What the Trainer of Hugging Face's Transformers leaves behind. What it logged is series by their names there (`loss`,
 * `eval_loss`, `learning_rate`, `epoch`), of the `trainer_state.json` that has come farthest. How far it came and its
 * best model (`best_metric`, `global_step`) are values, and so is what `*_results.json` hold.
 */
export const huggingface: Tracker = {
  patterns: ['**/trainer_state.json', '**/*_results.json'],
  counts: 'step',
  // A trainer that resumes from a checkpoint goes on with the history of that checkpoint.
  mayRepeatAll: true,
  read: readHuggingface,
};

async function readHuggingface(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const collector = makeCollector(options);
  const values = newValues(options, collector);
  const state = await farthestState(files.filter(isState), options, collector);
  if (state) readState(state, collector, values);
  for (const file of files.filter((one) => !isState(one)).toSorted(wholeLast)) {
    const results = await readJsonObject(file, options, collector);
    if (results) values.add(results, file);
  }
  values.give();
  return collector.run();
}

function isState({ shown }: FoundFile): boolean {
  return basename(shown) === 'trainer_state.json';
}

/** `all_results.json` is written again with each of the others: what it says counts. */
function wholeLast(a: FoundFile, b: FoundFile): number {
  const [wholeA, wholeB] = [a, b].map(({ shown }) => Number(basename(shown) === 'all_results.json'));
  return (wholeA ?? 0) - (wholeB ?? 0) || (a.shown < b.shown ? -1 : 1);
}

interface State {
  readonly file: FoundFile;
  readonly content: JsonObject;
}

/**
 * A checkpoint `checkpoint-500` has what was logged up to its step, and the folder of the run what was logged at the
 * end. Of checkpoints only the last one is read, and those before it only while the ones after it are damaged.
 */
async function farthestState(
  files: readonly FoundFile[],
  options: TrackerOptions,
  collector: Collector,
): Promise<State | undefined> {
  let farthest: State | undefined;
  for (const file of files.toSorted((a, b) => checkpointStep(b) - checkpointStep(a))) {
    if (farthest && checkpointStep(file) <= globalStep(farthest)) break;
    const content = await readJsonObject(file, options, collector);
    if (content && (!farthest || globalStep({ content }) >= globalStep(farthest))) farthest = { file, content };
  }
  const others = files.length - 1;
  if (farthest && others > 0) {
    const states = formatCount(others, 'other trainer_state.json', 'other trainer_state.json');
    collector.note(`${farthest.file.shown} is read, at step ${globalStep(farthest)}, and not ${states}`);
  }
  return farthest;
}

/** Infinity for one that is in no checkpoint's folder: it must be read. */
function checkpointStep({ shown }: FoundFile): number {
  return Number(/^checkpoint-(\d+)$/.exec(basename(dirname(shown)))?.[1] ?? Infinity);
}

/** -1 when it tells none. */
function globalStep({ content }: Pick<State, 'content'>): number {
  const step = content['global_step'];
  return typeof step === 'number' ? step : -1;
}

/** Of the state itself; what else it holds are settings. */
const STATE_VALUES: readonly string[] = [
  'best_global_step',
  'best_metric',
  'best_model_checkpoint',
  'epoch',
  'global_step',
  'max_steps',
  'num_input_tokens_seen',
  'num_train_epochs',
  'total_flos',
];

function readState({ file, content }: State, collector: Collector, values: Values): void {
  const known = STATE_VALUES.map((key) => [key, content[key] ?? null] as const);
  values.add(Object.fromEntries(known), file);
  const log = content['log_history'];
  if (isJsonList(log)) readLog(log, file, collector);
  else collector.note(`${file.shown} has no list log_history`);
}

function readLog(log: readonly LooseJson[], { shown }: FoundFile, collector: Collector): void {
  let stepless = 0;
  for (const entry of log) {
    const step = isJsonObject(entry) ? entry['step'] : undefined;
    if (!isJsonObject(entry) || typeof step !== 'number' || !Number.isSafeInteger(step)) stepless += 1;
    else {
      for (const [key, value] of Object.entries(entry)) {
        if (key !== 'step' && isJsonNumber(value)) collector.point(key, step, Number(value), shown);
      }
    }
  }
  const entries = formatCount(stepless, 'entry', 'entries');
  if (stepless > 0) collector.note(`log_history of ${shown} has ${entries} without a step: left out`);
}

/** Single values of several files, of which the last one that has a key counts. */
interface Values {
  readonly add: (content: JsonObject, file: FoundFile) => void;
  readonly give: () => void;
}

function newValues({ wants }: TrackerOptions, collector: Collector): Values {
  const values = new Map<string, TrackedValue>();
  const notes: string[] = [];
  const long: string[] = [];

  function add(content: JsonObject, { shown }: FoundFile): void {
    visitJsonLeaves(content, (key, leaf) => {
      if (!wants(key)) return;
      const value = toFoundValue(leaf);
      if (value) putValue(values, key, { ...value, file: shown }, notes);
      else long.push(key);
    });
  }

  function give(): void {
    for (const [key, value] of values) collector.value(key, value);
    notes.forEach(collector.note);
    if (long.length > 0) collector.note(`${formatNames(long)}: texts that are too long are left out`);
  }

  return { add, give };
}
