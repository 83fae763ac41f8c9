/** Share of the usable memory up to which a job fits with room for what estimates miss. */
const FITS = 0.85;
/** Share of the usable memory above which it surely does not fit. */
const TIGHT = 0.97;

export type MemoryVerdict = 'fits' | 'tight' | 'does_not_fit';

/** Whether an estimate fits a GPU: up to 85 % of what is usable fits, up to 97 % is tight, and wants a probe first. */
export function memoryVerdict(totalGib: number, usableGib: number): MemoryVerdict {
  if (totalGib <= FITS * usableGib) return 'fits';
  return totalGib <= TIGHT * usableGib ? 'tight' : 'does_not_fit';
}
