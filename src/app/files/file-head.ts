import { readCsvLines, unquoteCsvCell } from '../../core/text/csv-lines.ts';
import { formatBytePath, getBaseName, type BytePath } from '../../provenance/index.ts';
import { readParquetHead, type OpenFile, type ParquetHead } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { checkContent } from './open-file.ts';
import { openExperimentFile } from './walk.ts';

/** What is shown of a file. HTML, SVG and notebooks are text. */
export type FileContent =
  | {
      readonly kind: 'text' | 'json';
      /** Invalid UTF-8 is shown as U+FFFD; control characters are as they are. */
      readonly text: string;
    }
  | { readonly kind: 'csv'; readonly text: string; readonly columns: string[]; readonly rows: string[][] }
  | ({ readonly kind: 'parquet' } & ParquetHead)
  | {
      readonly kind: 'image';
      readonly type: ImageType;
      /** Base64; absent for an image of more than 5 MB. */
      readonly data?: string;
    }
  | { readonly kind: 'binary'; /** Why nothing is shown. */ readonly why: string };

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export interface FileHead {
  /** For people. */
  readonly name: string;
  readonly path: BytePath;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedMs: number;
  /** Only the beginning is shown. */
  readonly isCut: boolean;
  readonly content: FileContent;
}

const HEAD_BYTES = 64 << 10;
const MOST_IMAGE_BYTES = 5_000_000;
const MOST_ROWS = 100;

/**
 * What a file of an experiment is, by what is in it, and its beginning. A damaged Parquet file may take long: a server asks
 * this in a process that it can end.
 *
 * @param path one character a byte, as lists of files have it
 * @throws SheafError `experiment.unknown`, `files.*`, `file.*`
 */
export async function readFileHead(project: Project, expId: string, path: BytePath): Promise<FileHead> {
  using file = openExperimentFile(project, expId, path);
  checkContent(expId, path, file);
  const { size, mtimeMs } = file.facts;
  const name = formatBytePath(getBaseName(path));
  const shown = await readContent(file, name);
  return { name, path, bytes: size, changedMs: mtimeMs, ...shown };
}

type Shown = Pick<FileHead, 'content' | 'isCut'>;

async function readContent(file: OpenFile, name: string): Promise<Shown> {
  const { size } = file.facts;
  const head = file.read(0, HEAD_BYTES);
  const type = findImageType(head);
  if (type !== undefined) {
    const data = size > MOST_IMAGE_BYTES ? {} : { data: file.read(0, size).toString('base64') };
    return { content: { kind: 'image', type, ...data }, isCut: false };
  }
  if (head.toString('latin1', 0, 4) === 'PAR1') return showParquet(await readParquetHead(file, MOST_ROWS));
  if (!isText(head)) return showNothing('it is not text, and no kind of file that is shown');
  const isCut = size > head.length;
  // Without the part of a character that the head may end with.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head, { stream: isCut });
  const separator = SEPARATORS[name.slice(name.lastIndexOf('.')).toLowerCase()];
  if (separator !== undefined) return showTable(text, separator, isCut);
  return { content: { kind: /\.json$/i.test(name) ? 'json' : 'text', text }, isCut };
}

const SEPARATORS: Readonly<Record<string, ',' | '\t'>> = { '.csv': ',', '.tsv': '\t' };

function showNothing(why: string): Shown {
  return { content: { kind: 'binary', why }, isCut: true };
}

/** @param read what there is, or why there is nothing */
function showParquet(read: ParquetHead | string): Shown {
  if (typeof read === 'string') return showNothing(read);
  return { content: { kind: 'parquet', ...read }, isCut: read.rows.length < read.total };
}

/** By the first bytes, whatever the file is called. */
function findImageType(head: Buffer): ImageType | undefined {
  const first = head.toString('latin1', 0, 12);
  if (first.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (first.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(first)) return 'image/gif';
  return /^RIFF[^]{4}WEBP/.test(first) ? 'image/webp' : undefined;
}

/** At most one character in this number is invalid in a text. */
const INVALID_SHARE = 20;

function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  const invalid = head.toString().split('\ufffd').length - 1;
  return invalid * INVALID_SHARE <= head.length;
}

function showTable(text: string, separator: ',' | '\t', isCut: boolean): Shown {
  const { lines, badLine } = readCsvLines(text, separator);
  // The last line of a part of a file is a part of a line.
  const whole = isCut && badLine === undefined ? lines.slice(0, -1) : lines;
  const [columns, ...rows] = whole.slice(0, MOST_ROWS + 1).map(({ cells }) => cells.map(unquoteCsvCell));
  if (columns === undefined) return { content: { kind: 'text', text }, isCut };
  return { content: { kind: 'csv', text, columns, rows }, isCut: isCut || whole.length > MOST_ROWS + 1 };
}
