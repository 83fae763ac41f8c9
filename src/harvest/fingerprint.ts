import { checksum } from '../system/index.ts';
import type { Located } from './locate.ts';
import type { HarvestRequest } from './request.ts';

/** Changes when the same files give other values, so that a newer sheaf harvests again. */
const VERSION = 1;

/**
 * Of rules and attempts, and of the paths, sizes and times of the files they read: two checksums, so that
 * a chance collision of either does not hide a change of both.
 */
export function fingerprint(
  { rules, attempts, partial }: HarvestRequest,
  found: readonly { readonly located: Located }[],
): string {
  // Where a rule is written does not change what it finds.
  const asking = Object.entries(rules).map(([metric, rule]) => [metric, { ...rule, at: undefined }]);
  const asked = [asking, attempts.map(({ name, status }) => [name, status]), partial];
  const files = found.map(({ located: { file, missing } }) =>
    file ? [file.shown, file.size, String(file.mtimeNs)] : [missing.reason, missing.said],
  );
  return [VERSION, textOf(asked), textOf(files)].join('-');
}

function textOf(value: unknown): string {
  return checksum(JSON.stringify(value));
}
