import { fieldKey, WireFault, type Wire } from '../event-file/wire.ts';

/** A record of a run, as far as it has metrics. */
export interface WandbRecord {
  readonly history?: readonly WandbItem[];
  /** Of the history, where its items do not tell. */
  readonly step?: number;
  readonly summary: WandbChanges;
  readonly config: WandbChanges;
  readonly run?: WandbRun;
}

export interface WandbItem {
  readonly path: readonly string[];
  /** With NaN and infinities as Python writes them. */
  readonly json: string;
}

export interface WandbChanges {
  readonly updates: readonly WandbItem[];
  readonly removals: readonly (readonly string[])[];
}

/** Empty texts for what it has not. */
export interface WandbRun {
  readonly id: string;
  readonly name: string;
  readonly group: string;
}

// wandb/proto/wandb_internal.proto: Record
const HISTORY = fieldKey(2, 'bytes');
const SUMMARY = fieldKey(3, 'bytes');
const CONFIG = fieldKey(5, 'bytes');
const RUN = fieldKey(17, 'bytes');
// HistoryRecord, SummaryRecord, ConfigRecord
const ITEM = fieldKey(1, 'bytes');
const REMOVAL = fieldKey(2, 'bytes');
const HISTORY_STEP = fieldKey(2, 'bytes');
const STEP_NUMBER = fieldKey(1, 'varint');
// HistoryItem, SummaryItem, ConfigItem; values of a history may also be there typed, but never without the JSON
const KEY = fieldKey(1, 'bytes');
const NESTED_KEY = fieldKey(2, 'bytes');
const VALUE_JSON = fieldKey(16, 'bytes');
// RunRecord
const RUN_ID = fieldKey(1, 'bytes');
const RUN_CONFIG = fieldKey(4, 'bytes');
const RUN_SUMMARY = fieldKey(5, 'bytes');
const RUN_GROUP = fieldKey(6, 'bytes');
const DISPLAY_NAME = fieldKey(8, 'bytes');

/** Parts of a key. */
const DEEPEST = 100;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Changes = { readonly updates: WandbItem[]; readonly removals: (readonly string[])[] };

/** @throws WireFault where the bytes are no record */
export function readWandbRecord(wire: Wire, bytes: Uint8Array): WandbRecord {
  const record: Writable<WandbRecord> & { summary: Changes; config: Changes } = {
    summary: { updates: [], removals: [] },
    config: { updates: [], removals: [] },
  };
  wire.open(bytes, 0, bytes.length);
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === HISTORY) wire.enter(() => Object.assign(record, readHistory(wire)));
    else if (key === SUMMARY) wire.enter(() => readChanges(wire, record.summary));
    else if (key === CONFIG) wire.enter(() => readChanges(wire, record.config));
    else if (key === RUN) wire.enter(() => (record.run = readRun(wire, record)));
    else wire.skip(key);
  }
  return record;
}

function readHistory(wire: Wire): { history: WandbItem[]; step?: number } {
  const history: WandbItem[] = [];
  let step: number | undefined;
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ITEM) wire.enter(() => history.push(readItem(wire)));
    else if (key === HISTORY_STEP) wire.enter(() => (step = readStep(wire)));
    else wire.skip(key);
  }
  return step === undefined ? { history } : { history, step };
}

/** Of a step that is 0 the number is not written. */
function readStep(wire: Wire): number {
  let step = 0;
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === STEP_NUMBER) step = wire.varint();
    else wire.skip(key);
  }
  return step;
}

function readChanges(wire: Wire, { updates, removals }: Changes): void {
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ITEM) wire.enter(() => updates.push(readItem(wire)));
    else if (key === REMOVAL) wire.enter(() => removals.push(readItem(wire).path));
    else wire.skip(key);
  }
}

function readItem(wire: Wire): WandbItem {
  const nested: string[] = [];
  let [plain, json] = ['', 'null'];
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === KEY) plain = wire.text();
    else if (key === NESTED_KEY) nested.push(wire.text());
    else if (key === VALUE_JSON) json = wire.text();
    else wire.skip(key);
  }
  if (nested.length > DEEPEST) throw new WireFault(`a key has more than ${DEEPEST} parts`);
  return { path: nested.length > 0 ? nested : [plain], json };
}

function readRun(wire: Wire, record: { readonly summary: Changes; readonly config: Changes }): WandbRun {
  const run: Writable<WandbRun> = { id: '', name: '', group: '' };
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === RUN_ID) run.id = wire.text();
    else if (key === DISPLAY_NAME) run.name = wire.text();
    else if (key === RUN_GROUP) run.group = wire.text();
    else if (key === RUN_CONFIG) wire.enter(() => readChanges(wire, record.config));
    else if (key === RUN_SUMMARY) wire.enter(() => readChanges(wire, record.summary));
    else wire.skip(key);
  }
  return run;
}
