import type { Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import { SheafError } from '../core/errors.ts';
import type { OpenFile } from './open-file.ts';

/** The columns and the first rows of a Parquet file. */
export interface ParquetHead {
  /** How many rows the file has. */
  readonly total: number;
  /** At most 256. */
  readonly columns: readonly ParquetColumn[];
  /** How many columns the file has. */
  readonly columnTotal: number;
  /** Lists and maps are JSON. */
  readonly rows: readonly (readonly ParquetCell[])[];
}

export interface ParquetColumn {
  readonly name: string;
  readonly type: string;
  /** It is too large to be read for this: its cells are undefined. */
  readonly isLeftOut?: true;
}

/** What JSON can hold: NaN and infinities are texts, as are whole numbers that a double cannot hold. */
export type ParquetCell = string | number | boolean | null | undefined;

const MOST_COLUMNS = 256;
/** Bytes of the part of the file that describes the rest. */
const MOST_METADATA = 16 << 20;
/** Bytes of one column in the first group of rows, and of all that are read; decompressed, eight times as many. */
const MOST_OF_COLUMN = 8 << 20;
const MOST_IN_ALL = 32 << 20;
const MOST_GROWTH = 8;
const MOST_TEXT = 500;

/**
 * Reads no more than is needed for the first rows: they come from the first group of rows. Of a damaged file, decoding may
 * take longer than anyone waits: call it in a process that can be ended.
 *
 * @returns the reason, in words, if the file cannot be shown
 * @throws SheafError `file.*`
 */
export async function readParquetHead(file: OpenFile, rows: number): Promise<ParquetHead | string> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const { size } = file.facts;
  const buffer = {
    byteLength: size,
    slice: (start: number, end = size) => new Uint8Array(file.read(start, end)).buffer,
  };
  try {
    const end = file.read(Math.max(0, size - 8), size);
    if (end.length < 8 || end.toString('latin1', 4) !== 'PAR1')
      return 'it begins as Parquet does, and its end is missing';
    if (end.readUInt32LE() > MOST_METADATA) return 'it is Parquet, and the description of its columns is too large';
    const metadata = await parquetMetadataAsync(buffer);
    const children = parquetSchema(metadata).children;
    const shown = children.slice(0, MOST_COLUMNS);
    const readable = selectReadable(metadata, shown);
    const objects = await parquetReadObjects({
      file: buffer,
      metadata,
      columns: readable,
      rowStart: 0,
      rowEnd: Math.min(rows, Number(metadata.row_groups[0]?.num_rows ?? 0)),
      compressors: COMPRESSORS,
    });
    return {
      total: Number(metadata.num_rows),
      columns: shown.map(({ element }) => ({
        name: element.name,
        type: typeOf(element),
        ...(readable.includes(element.name) ? {} : { isLeftOut: true as const }),
      })),
      columnTotal: children.length,
      rows: objects.map((row) =>
        shown.map(({ element: { name } }) => (readable.includes(name) ? toCell(row[name]) : undefined)),
      ),
    };
  } catch (error) {
    if (error instanceof SheafError || !(error instanceof Error)) throw error;
    return explainUnreadable(error.message);
  }
}

/** The columns whose first group of rows is small enough. */
function selectReadable({ row_groups: [first] }: FileMetaData, shown: readonly SchemaTree[]): string[] {
  let room = MOST_IN_ALL;
  return shown.flatMap(({ element: { name } }) => {
    const parts = first?.columns.filter(({ meta_data: data }) => data?.path_in_schema[0] === name) ?? [];
    const sum = (key: 'total_compressed_size' | 'total_uncompressed_size'): number =>
      parts.reduce((bytes, { meta_data: data }) => bytes + Number(data?.[key] ?? 0), 0);
    const bytes = sum('total_compressed_size');
    if (bytes > Math.min(room, MOST_OF_COLUMN)) return [];
    if (sum('total_uncompressed_size') > MOST_GROWTH * MOST_OF_COLUMN) return [];
    room -= bytes;
    return [name];
  });
}

/** Snappy is hyparquet's own. Nothing grows beyond what the file says. */
const COMPRESSORS: Compressors = {
  GZIP: (input, maxOutputLength) => process.getBuiltinModule('node:zlib').gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) =>
    process.getBuiltinModule('node:zlib').brotliDecompressSync(input, { maxOutputLength }),
};

/** @param said by hyparquet, whose other words are about the code that met the damage */
function explainUnreadable(said: string): string {
  const codec = /unsupported compression codec: ([A-Z]\w+)/.exec(said)?.[1];
  return codec === undefined
    ? 'it begins and ends as Parquet does, and what is between is damaged'
    : `it is Parquet with the compression ${codec}, which cannot be read here`;
}

/** `string`, `timestamp`, `int64`, `list`. */
function typeOf({ type, logical_type: logical, converted_type: converted }: SchemaTree['element']): string {
  return (logical?.type ?? converted ?? type ?? 'group').toLowerCase();
}

function toCell(value: unknown): ParquetCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === 'string') return cut(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return cut(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)));
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
