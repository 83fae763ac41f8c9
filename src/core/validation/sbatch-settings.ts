import { isBranch, makeProblemAt, type Tree } from './config.ts';
import { ON_ONE_LINE } from './kinds.ts';
import { recordOf, type Kind } from './setting.ts';
import type { Scalar } from '../value.ts';

/** Options of sbatch that decide what runs and where, how it is found again or where its log is. */
const OWN_OPTIONS = [
  'array',
  'chdir',
  'cluster-constraint',
  'clusters',
  'dependency',
  'error',
  'export',
  'export-file',
  'get-user-env',
  'hold',
  'job-name',
  'open-mode',
  'output',
  'parsable',
  'test-only',
  'wait',
  'wrap',
];

/** Whether sheaf gives an option of sbatch itself. sbatch understands the beginning of a name, too. */
export function isOwnOption(name: string): boolean {
  return OWN_OPTIONS.some((own) => own.startsWith(name));
}

/** Any further options of sbatch, by their long names. */
export const sbatch: Kind<{ readonly [option: string]: Scalar }> = recordOf<Scalar>(
  'a map of options',
  () => ({
    additionalProperties: { type: ['string', 'number', 'boolean'], pattern: ON_ONE_LINE },
    propertyNames: { pattern: '^[a-z][a-z0-9-]+$', not: { enum: OWN_OPTIONS } },
  }),
  (name, { tree, problems }) => {
    const value = optionValue(tree);
    if (!/^[a-z][a-z0-9-]+$/.test(name)) {
      problems.push(
        makeProblemAt(tree, 'sbatch.option', `${JSON.stringify(name)} is not an option of sbatch`, {
          fix: 'write its long name without dashes before it: mail-type',
        }),
      );
    } else if (isOwnOption(name)) {
      problems.push(
        makeProblemAt(tree, 'sbatch.own', `sheaf gives --${name} to sbatch itself`, { fix: 'take it out' }),
      );
    } else if (value === undefined) {
      const message = `the option ${name} must be a text on one line, a number, true or false`;
      problems.push(makeProblemAt(tree, 'sbatch.value', message));
    } else {
      return value;
    }
    return undefined;
  },
  { fix: 'write sbatch: {mail-type: END}' },
);

function optionValue(tree: Tree): Scalar | undefined {
  if (isBranch(tree)) return undefined;
  const { value, written } = tree;
  if (typeof value === 'number') return written[''] ?? value;
  if (typeof value === 'string') return /\p{Cc}/u.test(value) ? undefined : value;
  return typeof value === 'boolean' ? value : undefined;
}
