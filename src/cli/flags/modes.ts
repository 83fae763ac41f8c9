import { inputError } from '../../core/errors.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Args } from './args.ts';
import type { Flag } from './flags.ts';

/** Which values of a metric are better. */
export const MODES: readonly Flag[] = [
  { name: 'max', help: 'Higher values are better (default: as the harvest rule says)' },
  { name: 'min', help: 'Lower values are better' },
];

/** What {@link MODES} say; undefined if neither was passed. @throws SheafError `cli.flag.conflict` */
export function readMode(args: Args): Mode | undefined {
  if (args.has('max') && args.has('min')) {
    throw inputError('cli.flag.conflict', '--max and --min exclude each other', { fix: 'pass one of them' });
  }
  return args.has('max') ? 'max' : args.has('min') ? 'min' : undefined;
}
