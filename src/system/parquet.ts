import type {
  AsyncBuffer,
  ColumnData,
  DecodedArray,
  FileMetaData,
  ParquetParsers,
  ParquetType,
  RowGroup,
  SchemaElement,
  Statistics,
} from 'hyparquet';
import type { ColumnSource } from 'hyparquet-writer';
import { failure, SheafError } from '../core/errors.ts';
import { getFileFacts, readRange, replaceFile, type ReplaceOptions } from './files.ts';

/**
 * The values of a column: an array, a typed array, or anything that makes them when they are asked for, so that millions of
 * them need not be in memory twice.
 */
export interface ParquetValues<T> {
  readonly length: number;
  slice(start: number, end: number): ArrayLike<T>;
}

type Nothing = null | undefined;

/** A column to write. A column of typed arrays has a value in every row; in any other null and undefined are nulls. */
export type ParquetColumn = {
  readonly name: string;
  /** It has a value in every row, and few different ones: the range in each group of rows is kept, to find them by. */
  readonly isLabel?: true;
} & (
  | { readonly kind: 'string'; readonly values: ParquetValues<string | Nothing> }
  | { readonly kind: 'boolean'; readonly values: ParquetValues<boolean | Nothing> }
  /** Whole numbers. */
  | { readonly kind: 'int64'; readonly values: ParquetValues<number | bigint | Nothing> }
  /** NaN and infinities are kept, unless `nanIsNull`. */
  | { readonly kind: 'double'; readonly values: ParquetValues<number | Nothing>; readonly nanIsNull?: boolean }
  /** Milliseconds since 1970, UTC. */
  | { readonly kind: 'timestamp'; readonly values: ParquetValues<number | Nothing> }
);

/** A column that was read. Numbers of any width are doubles, in which NaN stands for null too; timestamps are milliseconds. */
export type ReadColumn =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly values: (string | null)[] }
  | { readonly kind: 'boolean'; readonly values: (boolean | null)[] }
  | LabelRuns;

/** A column of texts or booleans of which many in a row are equal: each run of them once, and the row after its last. */
interface LabelRuns {
  readonly kind: 'runs';
  readonly values: (string | boolean | null)[];
  readonly ends: number[];
}

/** Rows that are encoded, and written, at a time: about as many as readers like in a row group. */
const GROUP_ROWS = 1 << 17;

/**
 * Writes a Parquet file, replacing it atomically: at no time is more of it in memory than some rows.
 *
 * @param columns all of one length
 * @throws SheafError `file.*`; RangeError for an `int64` that is no whole number
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  options: ReplaceOptions = {},
): Promise<void> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const rows = columns[0]?.values.length ?? 0;
  replaceFile(
    path,
    (append) => {
      const writer = Object.assign(new ByteWriter(), { flush, finish: flush });
      function flush(): void {
        append(writer.getBytes());
        writer.index = 0;
      }
      const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(schemaOf)];
      const parquet = new ParquetWriter({ writer, schema });
      // A group of numbers fits in a page, so the writer need not measure each of them: 0 is one page.
      const pageSize = columns.every(isNarrow) ? { pageSize: 0 } : {};
      for (let start = 0; start < rows; start += GROUP_ROWS) {
        const columnData = columns.map((column) => ({
          name: column.name,
          data: encodable(column, start, start + GROUP_ROWS),
          ...encodingOf(column),
        }));
        void parquet.write({ columnData, rowGroupSize: GROUP_ROWS, ...pageSize });
      }
      void parquet.finish();
    },
    options,
  );
}

/**
 * Measured numbers hardly repeat: looking for a dictionary, a range and repetitions takes most of the time and saves a
 * third of the room.
 */
function encodingOf(column: ParquetColumn): Partial<ColumnSource> {
  if (column.isLabel) return {};
  return column.values instanceof Float64Array && isFull(column)
    ? { encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false }
    : {};
}

/** Logical types for today's readers, converted types for those of old. */
const TYPES: Readonly<Record<ParquetColumn['kind'], Omit<SchemaElement, 'name'>>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  boolean: { type: 'BOOLEAN' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

function schemaOf(column: ParquetColumn): SchemaElement {
  return { name: column.name, ...TYPES[column.kind], repetition_type: isFull(column) ? 'REQUIRED' : 'OPTIONAL' };
}

/** Whether none of its cells takes more than eight bytes. */
function isNarrow(column: ParquetColumn): boolean {
  return column.isLabel === true || column.kind !== 'string';
}

/** Whether it has a value in every row. */
function isFull(column: ParquetColumn): boolean {
  if (column.isLabel) return true;
  return ArrayBuffer.isView(column.values) && !(column.kind === 'double' && column.nanIsNull === true);
}

function encodable(column: ParquetColumn, start: number, end: number): DecodedArray {
  switch (column.kind) {
    case 'int64':
    case 'timestamp': {
      const values = column.values.slice(start, end);
      if (values instanceof BigInt64Array) return values;
      return values instanceof Float64Array ? int64s(values) : Array.from(values, wholeNumber);
    }
    case 'double': {
      const values = column.values.slice(start, end);
      if (column.nanIsNull === true) return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
      return values instanceof Float64Array ? values : Array.from(values);
    }
    case 'string':
    case 'boolean':
      return listOf(column.values.slice(start, end));
  }
}

function listOf(values: ArrayLike<unknown>): unknown[] {
  return Array.isArray(values) ? values : Array.from(values);
}

/**
 * Word by word, the low one first as all processors have it that Node runs on but one: a million bigints would cost more than
 * all the rest.
 *
 * @throws RangeError for what is no whole number of 64 bits
 */
function int64s(values: Float64Array): BigInt64Array {
  const words = new Int32Array(values.length * 2);
  const whole = new BigInt64Array(words.buffer);
  values.forEach((value, i) => {
    if (Number.isSafeInteger(value)) {
      words[2 * i] = value;
      words[2 * i + 1] = Math.floor(value / 2 ** 32);
    } else if (-(2 ** 63) <= value && value < 2 ** 63) whole[i] = BigInt(value);
    else throw new RangeError(`${value} is no whole number of 64 bits`);
  });
  return whole;
}

function wholeNumber(value: number | bigint | Nothing): bigint | null {
  return value === null || value === undefined ? null : BigInt(value);
}

/** Which groups of rows to read: those that may have one of these texts in a column. */
interface GroupFilter {
  readonly column: string;
  readonly texts: readonly string[];
}

/** How to read a Parquet file. */
interface ReadParquetOptions {
  /** Groups of rows that cannot have such a text are left out; the others are read whole. */
  readonly filter?: GroupFilter | undefined;
  /** Columns of texts and booleans to read as {@link LabelRuns}. */
  readonly runs?: readonly string[];
}

/**
 * Reads columns of a Parquet file, all of them by default. One that the file has not, or that is a list or a map, is absent.
 *
 * @throws SheafError `file.*`; `parquet.damaged` when it is no Parquet file
 */
export async function readParquet(
  path: string,
  names?: readonly string[],
  { filter, runs = [] }: ReadParquetOptions = {},
): Promise<ReadonlyMap<string, ReadColumn>> {
  const { parquetMetadataAsync, parquetRead, parquetSchema } = await import('hyparquet');
  const file = bufferOf(path);
  try {
    const metadata = await parquetMetadataAsync(file);
    const there = parquetSchema(metadata).children.map(({ element }) => element);
    const wanted = there.filter(({ name, type }) => type !== undefined && (names?.includes(name) ?? true));
    const groups = findGroups(metadata, filter);
    const rows = groups.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0);
    const read = new Map(wanted.map(({ name, type }) => [name, roomFor(type, rows, runs.includes(name))]));
    // Group by group, so that no more of the file than one of them is in memory beside what is read.
    let before = 0;
    for (const { group, rowStart, rowEnd } of groups) {
      const shift = before - rowStart;
      const onChunk = (chunk: ColumnData) => fill(read.get(chunk.columnName), chunk, chunk.rowStart + shift);
      const columns = [...read].flatMap(([name, column]) =>
        takeSharedLabel(column, name, group, rowEnd + shift) ? [] : [name],
      );
      if (columns.length > 0)
        await parquetRead({ file, metadata, columns, rowStart, rowEnd, parsers: MILLISECONDS, onChunk });
      before += rowEnd - rowStart;
    }
    return read;
  } catch (error) {
    if (error instanceof SheafError || !(error instanceof Error)) throw error;
    const parts = { why: error.message, fix: 'remove it, and run what wrote it again' };
    throw failure('parquet.damaged', `${path} cannot be read as Parquet`, parts, error);
  }
}

/** The rows of the groups that the filter lets through. */
function findGroups(
  { row_groups }: FileMetaData,
  filter: GroupFilter | undefined,
): { readonly group: RowGroup; readonly rowStart: number; readonly rowEnd: number }[] {
  let rowEnd = 0;
  return row_groups.flatMap((group) => {
    const rowStart = rowEnd;
    rowEnd += Number(group.num_rows);
    return filter === undefined || mayHave(group, filter) ? [{ group, rowStart, rowEnd }] : [];
  });
}

/** Nothing is smaller or larger in a column; bounds of long texts are cut and then wider. Some writers give none. */
function findBounds({ columns }: RowGroup, name: string): Statistics {
  return columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === name)?.meta_data?.statistics ?? {};
}

/** The text or boolean that all rows of a column have, if that is known without reading them. */
function findOnlyValue(group: RowGroup, name: string): string | boolean | undefined {
  const { min_value: min, max_value: max, null_count: nulls } = findBounds(group, name);
  const isSame = min === max && nulls === 0n;
  return isSame && (typeof min === 'string' || typeof min === 'boolean') ? min : undefined;
}

/** Takes the label that all rows of a group share, if one is known without reading them. @returns whether it is */
function takeSharedLabel(column: ReadColumn, name: string, group: RowGroup, end: number): boolean {
  const only = column.kind === 'runs' ? findOnlyValue(group, name) : undefined;
  if (only === undefined || column.kind !== 'runs') return false;
  addRun(column, only, end);
  return true;
}

/** @param end the row after the run */
function addRun({ values, ends }: LabelRuns, value: string | boolean | null, end: number): void {
  if (values.length === 0 || values.at(-1) !== value) {
    values.push(value);
    ends.push(end);
  } else ends[ends.length - 1] = end;
}

function mayHave(group: RowGroup, { column, texts }: GroupFilter): boolean {
  const { min_value: min, max_value: max } = findBounds(group, column);
  return texts.some((text) => {
    const bytes = Buffer.from(text);
    const isBelow = typeof min === 'string' && bytes.compare(Buffer.from(min)) < 0;
    const isAbove = typeof max === 'string' && bytes.compare(Buffer.from(max)) > 0;
    return !isBelow && !isAbove;
  });
}

const MILLISECONDS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros) => Number(micros) / 1e3,
  timestampFromNanoseconds: (nanos) => Number(nanos) / 1e6,
};

/** The end of a file is read first: it is kept, since a small file has all of its columns in there. */
function bufferOf(path: string): AsyncBuffer {
  const size = getFileFacts(path, { follow: true })?.size ?? 0;
  let tail: { readonly start: number; readonly bytes: ArrayBuffer } | undefined;
  return {
    byteLength: size,
    slice: (start, end = size) => {
      if (tail !== undefined && start >= tail.start) return tail.bytes.slice(start - tail.start, end - tail.start);
      const bytes = new Uint8Array(readRange(path, start, end)).buffer;
      if (end === size) tail ??= { start, bytes };
      return bytes;
    },
  };
}

function roomFor(type: ParquetType | undefined, rows: number, asRuns: boolean): ReadColumn {
  if (asRuns && (type === 'BYTE_ARRAY' || type === 'BOOLEAN')) return { kind: 'runs', values: [], ends: [] };
  switch (type) {
    case 'BYTE_ARRAY':
      return { kind: 'string', values: nulls(rows) };
    case 'BOOLEAN':
      return { kind: 'boolean', values: nulls(rows) };
    default:
      return { kind: 'number', values: new Float64Array(rows).fill(NaN) };
  }
}

function nulls(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

function fill(column: ReadColumn | undefined, { columnData }: ColumnData, start: number): void {
  if (column?.kind === 'number' && columnData instanceof Float64Array) return column.values.set(columnData, start);
  if (column?.kind === 'number' && columnData instanceof BigInt64Array)
    return setWhole(column.values, columnData, start);
  for (let i = 0; i < columnData.length; i += 1) {
    const value: unknown = columnData[i];
    if (column?.kind === 'runs')
      addRun(column, typeof value === 'string' || typeof value === 'boolean' ? value : null, start + i + 1);
    if (value === null || value === undefined) continue;
    if (column?.kind === 'number') column.values[start + i] = Number(value);
    if (column?.kind === 'string' && typeof value === 'string') column.values[start + i] = value;
    if (column?.kind === 'boolean' && typeof value === 'boolean') column.values[start + i] = value;
  }
}

/** Word by word, as {@link int64s} writes them. */
function setWhole(values: Float64Array, whole: BigInt64Array, start: number): void {
  const words = new Int32Array(whole.buffer, whole.byteOffset, whole.length * 2);
  for (let i = 0; i < whole.length; i += 1) {
    values[start + i] = (words[2 * i + 1] ?? 0) * 2 ** 32 + ((words[2 * i] ?? 0) >>> 0);
  }
}
