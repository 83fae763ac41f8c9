import type { TableFormat } from '../file-table.ts';
import { csv, tsv } from './csv.ts';
import { json, jsonl } from './json.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';
import { parquet } from './parquet.ts';

export type TableFormatName = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet' | 'markdown' | 'latex';

/** The formats of tables as files: each is one file here, its name and one line. */
export const TABLE_FORMATS: Readonly<Record<TableFormatName, TableFormat>> = {
  csv,
  tsv,
  json,
  jsonl,
  parquet,
  markdown,
  latex,
};
