import { checksum } from '../../system/index.ts';
import type { Located } from '../read/locate.ts';
import type { HarvestRequest } from '../base/request.ts';

/** Changes when the same files give other values, so that a newer sheaf harvests again. */
const VERSION = 5;

/**
 * Of rules and attempts, and of the paths, sizes and times of the files they read: two checksums, so that
 * a chance collision of either does not hide a change of both.
 */
export function computeFingerprint(request: HarvestRequest, found: readonly { readonly located?: Located }[]): string {
  const files = found.map(({ located }) =>
    located?.files
      ? [...located.files, ...located.earlier.flatMap(({ files: earlier }) => earlier)].map((file) => [
          file.shown,
          file.size,
          String(file.mtimeNs),
        ])
      : [located?.missing.reason, located?.missing.said],
  );
  return `${askedPart(request)}${textOf(files)}`;
}

/**
 * Whether rules and attempts are still those of an earlier fingerprint. Looks at no file, so that it costs
 * nothing to ask it of every experiment of a project.
 */
export function asksTheSame(request: Asking, earlier: string): boolean {
  return earlier.startsWith(askedPart(request));
}

type Asking = Pick<HarvestRequest, 'rules' | 'versions' | 'attempts' | 'partial'>;

function askedPart({ rules, versions = {}, attempts, partial }: Asking): string {
  // Where a rule is written does not change what it finds.
  const asking = Object.entries(rules).map(([metric, rule]) => [metric, { ...rule, at: undefined }, versions[metric]]);
  return `${VERSION}-${textOf([asking, attempts.map(({ name, status }) => [name, status]), partial])}-`;
}

function textOf(value: unknown): string {
  return checksum(JSON.stringify(value));
}
