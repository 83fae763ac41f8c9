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
 * What a file of an experiment is, by what is in it, and its beginning.
 *
 * @param path one character a byte, as lists of files have it
 * @throws SheafError `experiment.unknown`, `files.*`, `file.*`
 */
export async function readFileHead(project: Project, expId: string, path: BytePath): Promise<FileHead> {
  using file = openExperimentFile(project, expId, path);
  checkContent(expId, path, file);
  const { size, mtimeMs } = file.facts;
  const name = formatBytePath(getBaseName(path));
  const content = await readContent(file, name);
  return { name, path, bytes: size, changedMs: mtimeMs, isCut: isCut(content, size), content };
}

function isCut(content: FileContent, size: number): boolean {
  if (content.kind === 'image') return false;
  return content.kind === 'parquet' ? content.rows.length < content.total : size > HEAD_BYTES;
}

async function readContent(file: OpenFile, name: string): Promise<FileContent> {
  const { size } = file.facts;
  const head = file.read(0, HEAD_BYTES);
  const type = findImageType(head);
  if (type !== undefined) {
    return { kind: 'image', type, ...(size > MOST_IMAGE_BYTES ? {} : { data: file.read(0, size).toString('base64') }) };
  }
  if (head.toString('latin1', 0, 4) === 'PAR1') {
    const parquet = await readParquetHead(file, MOST_ROWS);
    return typeof parquet === 'string' ? { kind: 'binary', why: parquet } : { kind: 'parquet', ...parquet };
  }
  if (!isText(head)) return { kind: 'binary', why: 'it is not text, and no kind of file that is shown' };
  const text = decodeHead(head, size);
  const [separator] = /\.csv$/i.test(name) ? ([','] as const) : /\.tsv$/i.test(name) ? (['\t'] as const) : [];
  if (separator !== undefined) return readTable(text, separator);
  return { kind: /\.json$/i.test(name) ? 'json' : 'text', text };
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

/** Without the part of a character that the head may end with. */
function decodeHead(head: Buffer, size: number): string {
  return size > head.length ? new TextDecoder().decode(head, { stream: true }) : head.toString();
}

function readTable(text: string, separator: ',' | '\t'): FileContent {
  const [first, ...lines] = readCsvLines(text, separator).lines.slice(0, MOST_ROWS + 1);
  const rows = [first, ...lines].map((line) => line?.cells.map(unquoteCsvCell) ?? []);
  const [columns = [], ...others] = rows;
  return { kind: 'csv', text, columns, rows: others };
}
