import { formatCount } from '../../../core/text/phrases.ts';
import type { Compared } from '../../../server/index.ts';
import { describeChange } from '../../format/input-words.ts';
import type { ComparedRun } from './compare-address.ts';
import { SideBySideTable, type ComparedCells } from './side-by-side.tsx';

/** In what the experiments differ: parameters, what they start from, and the data that they read. */
export function ComparedParameters({
  compared,
  runs,
  allValues,
  onAllValues,
}: {
  readonly compared: Compared;
  readonly runs: readonly ComparedRun[];
  readonly allValues: boolean;
  readonly onAllValues: (allValues: boolean) => void;
}) {
  const { params, paramCount, settings } = compared;
  const differing = params.filter(({ differs }) => differs).length;
  const rows = [
    ...[...params, ...settings].map(({ name, texts }) => ({ name, cells: texts.map((text) => text ?? '(not set)') })),
    ...listInputs(compared, allValues),
  ];
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">{allValues ? 'Parameters' : 'Differences'}</h2>
      <p>
        {groupWords(differing, paramCount)}{' '}
        <label>
          <input type="checkbox" checked={allValues} onChange={({ target }) => onAllValues(target.checked)} /> Show all
        </label>
      </p>
      {rows.length > 0 && <SideBySideTable label="Parameters" noun="parameter" runs={runs} rows={rows} />}
    </section>
  );
}

function groupWords(differing: number, count: number): string {
  if (count === 0) return 'They have no parameters.';
  if (differing === 0) return `All of ${formatCount(count, 'parameter')} are the same.`;
  return `${differing} of ${formatCount(count, 'parameter')} ${differing === 1 ? 'differs' : 'differ'}.`;
}

/** Against the first experiment that has a record of the input. */
function listInputs({ expIds, inputs }: Compared, allValues: boolean): ComparedCells[] {
  return inputs
    .filter(({ differs }) => allValues || differs)
    .map(({ name, recorded, changes }) => ({
      name: `data: ${name}`,
      cells: expIds.map((expId) => {
        const change = changes[expId];
        if (recorded[expId] === null) return '(no record)';
        return change ? describeChange(change) : 'as recorded';
      }),
    }));
}
