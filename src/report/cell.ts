import type { Value } from '../core/value.ts';

/** The content of a cell; undefined and null are nothing. A number whose source matters is given as text. */
export type Cell = Value | undefined;

/** A cell for programs: lists and maps as JSON without spaces; what is no finite number is `nan`, `inf` or `-inf`. */
export function formatExact(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'number' && !Number.isFinite(cell)) return Number.isNaN(cell) ? 'nan' : cell > 0 ? 'inf' : '-inf';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

/** A cell for people: a plain list with commas, anything deeper as JSON. */
export function formatPlain(cell: Cell): string {
  const plain = Array.isArray(cell) && cell.every((item) => typeof item !== 'object' || item === null);
  return plain ? cell.map(formatExact).join(', ') : formatExact(cell);
}
