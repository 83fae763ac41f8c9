import { readHparams, type HparamValue } from './hparams.ts';
import { readTensorNumber } from './tensor.ts';
import { fieldKey, Wire } from './wire.ts';

// tensorflow/core/util/event.proto
const WALL_TIME = fieldKey(1, 'fixed64');
const STEP = fieldKey(2, 'varint');
const FILE_VERSION = fieldKey(3, 'bytes');
const SUMMARY = fieldKey(5, 'bytes');
const SESSION_LOG = fieldKey(7, 'bytes');
const SESSION_STATUS = fieldKey(1, 'varint');
const SESSION_START = 1;
// tensorflow/core/framework/summary.proto
const VALUE = fieldKey(1, 'bytes');
const TAG = fieldKey(1, 'bytes');
const SIMPLE_VALUE = fieldKey(2, 'fixed32');
const TENSOR = fieldKey(8, 'bytes');
const METADATA = fieldKey(9, 'bytes');
const PLUGIN_DATA = fieldKey(1, 'bytes');
const PLUGIN_NAME = fieldKey(1, 'bytes');
const PLUGIN_CONTENT = fieldKey(2, 'bytes');

/**
 * Reads one Event after another, each into the same fields, so that a point costs no memory. Every method throws
 * WireFault where the bytes are no Event.
 */
export class EventReader {
  /** Seconds since 1970, NaN when the event does not tell. */
  time: number = NaN;
  step = 0;
  /** Of the format: when the event tells it, NaN when that is no number. */
  version: number | undefined;
  startsSession = false;

  bytes: Uint8Array = new Uint8Array(0);
  // Of the value that eachValue is at:
  tagStart = 0;
  tagEnd = 0;
  /** Whether it is a scalar in the old style, and which. */
  isSimple = false;
  simpleValue: number = NaN;
  private tensorAt = NOWHERE;
  private metadataAt = NOWHERE;

  private readonly wire = new Wire();
  /** Where the field of the first summary begins. */
  private summaryAt = NOWHERE;
  private end = 0;
  private isPlain = false;

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.end = end;
    this.time = NaN;
    this.step = 0;
    this.version = undefined;
    this.startsSession = false;
    this.summaryAt = NOWHERE;
    this.isPlain = this.readPlain(start);
    if (!this.isPlain) this.readHead(start);
  }

  /**
   * Reads an event that is written as nearly all are: time, step, and a summary of one tag and scalar, each in a few
   * bytes. It does nothing that the general way does not; it is many times faster.
   *
   * @returns false when the event is anything else
   */
  private readPlain(start: number): boolean {
    const { bytes, end } = this;
    const view = this.wire.viewOf(bytes);
    const length = end - start;
    if (length < PLAIN_HEAD_BYTES || bytes[start] !== WALL_TIME || bytes[start + 9] !== STEP) return false;
    let at = start + 10;
    let step = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      const byte = bytes[at] ?? 0;
      step |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift === 21) return false;
    }
    const summary = at + 1;
    const tag = summary + 6;
    const value = tag + (bytes[tag - 1] ?? 0);
    if (end - summary > 129 || value + 5 !== end) return false;
    if (bytes[summary] !== SUMMARY || bytes[summary + 1] !== end - summary - 2) return false;
    if (bytes[summary + 2] !== VALUE || bytes[summary + 3] !== end - summary - 4) return false;
    if (bytes[summary + 4] !== TAG || bytes[value] !== SIMPLE_VALUE) return false;
    this.time = view.getFloat64(start + 1, true);
    this.step = step;
    this.summaryAt = summary;
    this.tagStart = tag;
    this.tagEnd = value;
    this.simpleValue = view.getFloat32(value + 1, true);
    this.isSimple = true;
    this.tensorAt = this.metadataAt = NOWHERE;
    return true;
  }

  private readHead(start: number): void {
    const { wire } = this;
    wire.open(this.bytes, start, this.end);
    let { at } = wire;
    for (let key = wire.next(); key !== 0; { at } = wire, key = wire.next()) {
      if (key === WALL_TIME) this.time = wire.double();
      else if (key === STEP) this.step = wire.varint();
      else if (key === FILE_VERSION) this.version = versionOf(wire.text());
      else if (key === SESSION_LOG) wire.enter(() => (this.startsSession = isSessionStart(wire)));
      else {
        if (key === SUMMARY && this.summaryAt === NOWHERE) this.summaryAt = at;
        wire.skip(key);
      }
    }
  }

  /** Goes to each value of the event's summary. */
  eachValue(take: () => void): void {
    if (this.isPlain) take();
    if (this.isPlain || !this.hasSummary) return;
    const { wire } = this;
    const readOne = (): void => {
      this.readValue();
      take();
    };
    wire.open(this.bytes, this.summaryAt, this.end);
    wire.each(SUMMARY, () => wire.each(VALUE, readOne));
  }

  private readValue(): void {
    const { wire } = this;
    this.tagStart = this.tagEnd = 0;
    this.isSimple = false;
    this.tensorAt = this.metadataAt = NOWHERE;
    for (let key = wire.next(); key !== 0; key = wire.next()) {
      if (key === SIMPLE_VALUE) {
        this.simpleValue = wire.float();
        this.isSimple = true;
      } else if (key === TAG) this.placeTag(wire.bytesEnd());
      else {
        if (key === TENSOR) this.tensorAt = wire.at;
        else if (key === METADATA) this.metadataAt = wire.at;
        wire.skip(key);
      }
    }
  }

  private placeTag(end: number): void {
    this.tagStart = this.wire.at;
    this.tagEnd = this.wire.at = end;
  }

  get hasSummary(): boolean {
    return this.summaryAt !== NOWHERE;
  }

  get hasTensor(): boolean {
    return this.tensorAt !== NOWHERE;
  }

  get hasMetadata(): boolean {
    return this.metadataAt !== NOWHERE;
  }

  /** Undefined when the value's tensor is not one number. */
  tensorNumber(): number | undefined {
    let number: number | undefined;
    this.inside(this.tensorAt, () => (number = readTensorNumber(this.wire)));
    return number;
  }

  /** The plugin that the value is for; empty when its metadata names none. */
  plugin(): string {
    let plugin = '';
    this.pluginField(PLUGIN_NAME, () => (plugin = this.wire.rest()));
    return plugin;
  }

  /** What the value says of hyperparameters, when it is for the plugin `hparams`. */
  hparams(take: (name: string, value: HparamValue) => void): void {
    this.pluginField(PLUGIN_CONTENT, () => readHparams(this.wire, take));
  }

  private pluginField(key: number, read: () => void): void {
    this.inside(this.metadataAt, () => this.wire.each(PLUGIN_DATA, () => this.wire.each(key, read)));
  }

  private inside(at: number, read: () => void): void {
    this.wire.at = at;
    this.wire.enter(read);
  }
}

const NOWHERE = -1;
const PLAIN_HEAD_BYTES = 24;

/** `brain.Event:2`. */
function versionOf(text: string): number {
  return Number(/:(.+)$/s.exec(text)?.[1] ?? NaN);
}

function isSessionStart(wire: Wire): boolean {
  let status = 0;
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === SESSION_STATUS) status = wire.varint();
    else wire.skip(key);
  }
  return status === SESSION_START;
}
