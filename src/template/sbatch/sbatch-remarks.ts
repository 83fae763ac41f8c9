import type { DroppedOption } from './sbatch-options.ts';

const SUBMITS =
  'the script submits other jobs, which sheaf does not know: make the template from the script that it submits, and ' +
  'give what its loop varies to sheaf run --grid NAME=…';

/** What a script does that works otherwise below sheaf. */
export function findRemarks(script: string): DroppedOption[] {
  const submits = /^(?!\s*#).*?(?:^|[\s;&|(`])(sbatch)\s+[^#\s]/m.test(script)
    ? [{ text: 'sbatch', why: SUBMITS }]
    : [];
  const folders = [...script.matchAll(/^[ \t]*(?:source|\.)[ \t]+"?(?:\.\/)?([\w.][\w./-]*)\/bin\/activate\b/gm)];
  return [...submits, ...folders.map(({ 0: text, 1: folder = '' }) => ({ text: text.trim(), why: activates(folder) }))];
}

function activates(folder: string): string {
  return (
    'a run starts in a copy of its code, without the folders that git ignores: ' +
    `write environment: {venv: ${folder}} instead of this line`
  );
}
