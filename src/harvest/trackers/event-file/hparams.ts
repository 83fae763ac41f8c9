import type { TrackedValue } from '../common/tracker.ts';
import { numberValue } from '../../base/reading.ts';
import { fieldKey, type Wire } from './wire.ts';

export type HparamValue = Pick<TrackedValue, 'value' | 'nonfinite'>;

const SESSION_START = fieldKey(3, 'bytes');
const ENTRY = fieldKey(1, 'bytes');
const ENTRY_NAME = fieldKey(1, 'bytes');
const ENTRY_VALUE = fieldKey(2, 'bytes');
const NUMBER = fieldKey(2, 'fixed64');
const TEXT = fieldKey(3, 'bytes');
const BOOLEAN = fieldKey(4, 'varint');

/**
 * The hyperparameters of a HParamsPluginData that fills the rest of `wire`'s message
 * (tensorboard/plugins/hparams/plugin_data.proto). Only the start of a session has some.
 *
 * @throws WireFault
 */
export function readHparams(wire: Wire, take: (name: string, value: HparamValue) => void): void {
  wire.each(SESSION_START, () => wire.each(ENTRY, () => readEntry(wire, take)));
}

function readEntry(wire: Wire, take: (name: string, value: HparamValue) => void): void {
  let name = '';
  let value: HparamValue | undefined;
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ENTRY_NAME) name = wire.text();
    else if (key === ENTRY_VALUE) wire.enter(() => (value = readValue(wire)));
    else wire.skip(key);
  }
  if (value !== undefined) take(name, value);
}

/** A google.protobuf.Value; lists and objects are no values here. */
function readValue(wire: Wire): HparamValue | undefined {
  let value: HparamValue | undefined;
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === NUMBER) value = numberValue(wire.double());
    else if (key === TEXT) value = { value: wire.text() };
    else if (key === BOOLEAN) value = { value: wire.varint() !== 0 };
    else wire.skip(key);
  }
  return value;
}
