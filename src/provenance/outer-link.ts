import { posix } from 'node:path';
import { bytePath, type BytePath } from './byte-path.ts';

/**
 * A relative link that leads out of the snapshot would lead elsewhere from a checkout.
 *
 * @param top the folder of which `path` is a link
 * @returns where it leads, absolute; undefined for a link that may stay as it is
 */
export function outerTarget(top: string, path: BytePath, target: BytePath): Buffer | undefined {
  if (target.startsWith('/')) return undefined;
  const place = posix.join(posix.dirname(path), target);
  if (place !== '..' && !place.startsWith('../')) return undefined;
  return Buffer.from(posix.join(bytePath(top), place), 'latin1');
}
