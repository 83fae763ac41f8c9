import type { DroppedOption } from './sbatch-options.ts';

const SUBMITS =
  'the script submits other jobs, which sheaf does not know: make the template from the script that it submits, and ' +
  'give what its loop varies to sheaf run --grid NAME=…';

/** What a script does that works otherwise below sheaf. */
export function findRemarks(script: string): DroppedOption[] {
  const submits = /^(?!\s*#).*?(?:^|[\s;&|(`])(sbatch)\s+[^#\s]/m.test(script);
  return submits ? [{ text: 'sbatch', why: SUBMITS }] : [];
}
