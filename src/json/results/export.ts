import type { Exported } from '../../app/index.ts';

/** A table that was written. */
export type ExportJson = {
  /** Null: the table is in `text`. */
  readonly path: string | null;
  readonly format: Exported['format'];
  readonly columns: Exported['columns'];
  readonly rows: number;
  readonly experiments: number;
  /** Empty cells by cause. */
  readonly missing: { readonly [cause: string]: number };
  /** Only with `--update`. */
  readonly merged?: { readonly added: number; readonly changed: number };
  readonly text: string | null;
};

export function exportJson(exported: Exported): ExportJson {
  const { path, text, format, columns, rows, experiments, missing, merged } = exported;
  return {
    path: path ?? null,
    format,
    columns,
    rows,
    experiments,
    missing,
    ...(merged && { merged: { ...merged } }),
    text: text ?? null,
  };
}
