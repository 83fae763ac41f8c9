/** Bytes that are no protobuf message. */
export class WireFault extends Error {}

/** How a field is written. */
const KINDS = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** What {@link Wire.next} gives for a field of this number that is written so. */
export function fieldKey(number: number, kind: keyof typeof KINDS): number {
  return (number << 3) | KINDS[kind];
}

/**
 * Goes through a protobuf message field by field (https://protobuf.dev/programming-guides/encoding). A field that is
 * not asked for must be skipped. Every method throws {@link WireFault} where the bytes are no message.
 */
export class Wire {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Where the next byte is read. */
  at = 0;
  /** Where the message ends. */
  end = 0;

  viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }

  open(bytes: Uint8Array, start: number, end: number): void {
    this.viewOf(bytes);
    this.at = start;
    this.end = end;
  }

  /** The key of the next field, see {@link fieldKey}; 0 at the end of the message. */
  next(): number {
    if (this.at >= this.end) return 0;
    const key = this.varint();
    if (key < 8) throw new WireFault('a field has the number 0');
    return key;
  }

  /** Does `inside` in the message of the field whose key was just read; what it leaves unread is passed. */
  enter(inside: () => void): void {
    const outer = this.end;
    this.end = this.bytesEnd();
    inside();
    this.at = this.end;
    this.end = outer;
  }

  /** Enters every field with the key `wanted`, and skips the others. */
  each(wanted: number, inside: () => void): void {
    for (let key = this.next(); key !== 0; key = this.next()) {
      if (key === wanted) this.enter(inside);
      else this.skip(key);
    }
  }

  /** Where the bytes end that begin at `at`, after their length has been read. */
  bytesEnd(): number {
    const length = this.varint();
    if (length < 0 || length > this.end - this.at) throw new WireFault('a length leads out of its message');
    return this.at + length;
  }

  text(): string {
    let text = '';
    this.enter(() => (text = this.rest()));
    return text;
  }

  /** What is left of the message, as text. */
  rest(): string {
    return UTF8.decode(this.bytes.subarray(this.at, this.end));
  }

  /** A whole number as int64; beyond 2^53 the nearest one that a double can hold as well. */
  varint(): number {
    let low = 0;
    for (let shift = 0; shift < LOW_BITS; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    return Math.min(LARGEST, Number(BigInt.asIntN(64, this.high(low))));
  }

  /** As {@link varint}, for a field that is declared unsigned. */
  unsigned(): number {
    const value = this.varint();
    return value < 0 ? value + 2 ** 64 : value;
  }

  double(): number {
    return this.view.getFloat64(this.fixed(8), true);
  }

  float(): number {
    return this.view.getFloat32(this.fixed(4), true);
  }

  skip(key: number): void {
    switch (key & 7) {
      case KINDS.varint:
        this.varint();
        return;
      case KINDS.fixed64:
        this.fixed(8);
        return;
      case KINDS.bytes:
        this.at = this.bytesEnd();
        return;
      case KINDS.fixed32:
        this.fixed(4);
        return;
      default:
        throw new WireFault('a field is written in no known way');
    }
  }

  /** @returns where `size` bytes begin, which are passed */
  private fixed(size: number): number {
    const start = this.at;
    if (start + size > this.end) throw new WireFault('a number leads out of its message');
    this.at += size;
    return start;
  }

  private high(low: number): bigint {
    let value = BigInt(low);
    for (let shift = LOW_BITS; shift < 70; shift += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return value;
    }
    throw new WireFault('a number has more than ten bytes');
  }

  private byte(): number {
    if (this.at >= this.end) throw new WireFault('a number leads out of its message');
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }
}

/** The largest double that is an int64. */
const LARGEST = 2 ** 63 - 2 ** 10;
const UTF8 = new TextDecoder();
/** The bits of a varint that are read as a small integer. */
const LOW_BITS = 28;
