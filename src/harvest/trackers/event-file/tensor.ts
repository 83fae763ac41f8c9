import { fieldKey, type Wire } from './wire.ts';

/** How the numbers of a type are stored in a TensorProto (tensorflow/core/framework/tensor.proto). */
interface NumberType {
  /** The field that holds them one by one. */
  readonly field: number;
  readonly read: (wire: Wire) => number;
  /** Bytes of one in `tensor_content`. */
  readonly size: number;
  readonly content: (view: DataView, at: number) => number;
}

const varint = (wire: Wire): number => wire.varint();

/** By number of the DataType; bool counts as 0 and 1. */
const TYPES: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [1, { field: 5, read: (wire) => wire.float(), size: 4, content: (view, at) => view.getFloat32(at, true) }],
  [2, { field: 6, read: (wire) => wire.double(), size: 8, content: (view, at) => view.getFloat64(at, true) }],
  [3, { field: 7, read: varint, size: 4, content: (view, at) => view.getInt32(at, true) }],
  [4, { field: 7, read: varint, size: 1, content: (view, at) => view.getUint8(at) }],
  [5, { field: 7, read: varint, size: 2, content: (view, at) => view.getInt16(at, true) }],
  [6, { field: 7, read: varint, size: 1, content: (view, at) => view.getInt8(at) }],
  [9, { field: 10, read: varint, size: 8, content: (view, at) => Number(view.getBigInt64(at, true)) }],
  [10, { field: 11, read: varint, size: 1, content: (view, at) => view.getUint8(at) }],
  [
    14,
    { field: 13, read: (wire) => bfloat16(wire.varint()), size: 2, content: (view, at) => bfloat16(bits(view, at)) },
  ],
  [17, { field: 7, read: varint, size: 2, content: bits }],
  [19, { field: 13, read: (wire) => half(wire.varint()), size: 2, content: (view, at) => half(bits(view, at)) }],
  [22, { field: 16, read: (wire) => wire.unsigned(), size: 4, content: (view, at) => view.getUint32(at, true) }],
  [
    23,
    { field: 17, read: (wire) => wire.unsigned(), size: 8, content: (view, at) => Number(view.getBigUint64(at, true)) },
  ],
]);

function bits(view: DataView, at: number): number {
  return view.getUint16(at, true);
}

/** IEEE 754 binary16. */
function half(word: number): number {
  const [exponent, fraction] = [(word >> 10) & 0x1f, word & 0x3ff];
  const sign = word & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a binary32. */
function bfloat16(word: number): number {
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setUint32(0, (word << 16) >>> 0);
  return scratch.getFloat32(0);
}

const DTYPE = fieldKey(1, 'varint');
const SHAPE = fieldKey(2, 'bytes');
const CONTENT = fieldKey(4, 'bytes');
const DIMENSION = fieldKey(2, 'bytes');
const DIMENSION_SIZE = fieldKey(1, 'varint');

/**
 * The one number of a TensorProto that fills the rest of `wire`'s message.
 *
 * @returns undefined when it holds text, no number or several
 * @throws WireFault
 */
export function readTensorNumber(wire: Wire): number | undefined {
  const start = wire.at;
  let elements = 1;
  let type: NumberType | undefined;
  let [content, contentEnd] = [0, 0];
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === DTYPE) type = TYPES.get(wire.varint());
    else if (key === SHAPE) elements = shapeElements(wire);
    else if (key === CONTENT) {
      contentEnd = wire.bytesEnd();
      content = wire.at;
      wire.at = contentEnd;
    } else wire.skip(key);
  }
  if (type === undefined || elements !== 1) return undefined;
  if (contentEnd > content) return contentEnd - content === type.size ? type.content(wire.view, content) : undefined;
  wire.at = start;
  return listedNumber(wire, type);
}

function shapeElements(wire: Wire): number {
  let elements = 1;
  wire.enter(() => wire.each(DIMENSION, () => (elements *= dimensionSize(wire))));
  return elements;
}

function dimensionSize(wire: Wire): number {
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === DIMENSION_SIZE) return wire.varint();
    wire.skip(key);
  }
  return 0;
}

/** The number of the field of its type; packed, as version 3 of the language writes it, or not. */
function listedNumber(wire: Wire, type: NumberType): number | undefined {
  let count = 0;
  let number: number | undefined;
  const readOne = (): void => {
    number = type.read(wire);
    count += 1;
  };
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key >>> 3 !== type.field) wire.skip(key);
    else if ((key & 7) !== 2) readOne();
    else {
      wire.enter(() => {
        while (wire.at < wire.end) readOne();
      });
    }
  }
  return count === 1 ? number : undefined;
}
