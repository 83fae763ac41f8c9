import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { RECORD_FIELDS } from '../../core/fields/record-fields.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Column } from '../../report/index.ts';
import { cellsOf, metricOf } from './cells.ts';
import { readGroupTable } from './group-table.ts';
import { explainMissing } from './missing.ts';
import { getKnownNames, openSelection } from '../experiments/select.ts';
import { UNKNOWN } from './stored-cell.ts';

const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.constantFrom(1e-4, 0.1, 3),
  fc.constantFrom('vit', '', 'nan', '1e-4', 'true'),
  fc.boolean(),
  fc.constant(null),
  fc.constant([0.5, 'a']),
);
const params = fc.dictionary(fc.constantFrom('lr', 'model', 'seed'), scalar, { noNullPrototype: true });
const metric = fc.oneof(
  fc.constantFrom(0.5, 1e300, 'done', null),
  fc.constantFrom('nan', 'inf', '-inf').map((nonfinite) => ({ value: null, nonfinite }) as const),
);
const life: fc.Arbitrary<Life> = fc
  .record({
    params,
    isWritten: fc.boolean(),
    tags: fc.subarray(['x', 'y']),
    metrics: fc.option(fc.dictionary(fc.constantFrom('acc', 'loss'), metric, { noNullPrototype: true }), {
      nil: undefined,
    }),
    isMissing: fc.boolean(),
    attempts: fc.constantFrom({}, { 'train-1': [] }, { 'train-1': [started()] }, { 'train-1': [started(), ended(1)] }),
  })
  .map(({ isWritten, metrics, isMissing, ...rest }) => ({
    ...rest,
    ...(isWritten && typeof rest.params['lr'] === 'number' ? { written: { '/lr': '0.10' } } : {}),
    ...(metrics === undefined ? {} : { metrics }),
    ...(isMissing ? { missing: { loss: { reason: 'no_match', said: 'none' } } } : {}),
  }));

test('a table by columns has of every experiment what reading it alone gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 8 }), async (lives) => {
      const { project } = await recordedProject(Object.fromEntries(lives.map((each, i) => [`e${i}`, each])));
      const known = getKnownNames(project.store);
      const by = [
        ...RECORD_FIELDS.map(({ name }): Column => ({ source: 'record', name, header: name })),
        ...known.params.map((name): Column => ({ source: 'params', name, header: name })),
        ...known.results.map((name): Column => ({ source: 'results', name, header: name })),
      ];
      const wanted = ['acc', 'loss'].map((name): Column => ({ source: 'results', name, header: name }));
      const selection = openSelection(project, {});
      const experiments = [...selection.rows()];
      selection.tabulate((tabulation) => {
        const { outlines, keys, metrics } = readGroupTable(tabulation, by, wanted, { known, unreadable: NONE });
        expect(outlines.map(({ expId }) => expId)).toEqual(experiments.map(({ expId }) => expId));
        experiments.forEach((experiment, place) => {
          const [value, shown] = [false, true].map((asWritten) => cellsOf(experiment, project.store, asWritten));
          by.forEach((column, i) => {
            expect(keys[i]?.value(place)).toEqual(value?.(column));
            const text = keys[i]?.shown(place);
            if (text !== UNKNOWN) expect(text).toEqual(shown?.(column));
          });
          for (const { name, number, cause } of metrics) {
            expect(number(place)).toBe(numberOf(experiment, name));
            expect(cause(place)).toBe(causeOf(experiment, name));
          }
        });
      });
    }),
    { numRuns: 60 },
  );
});

const NONE: ReadonlySet<string> = new Set();

function numberOf(experiment: Experiment, name: string): number | undefined {
  const value = metricOf(experiment, name)?.value;
  return typeof value === 'number' ? value : undefined;
}

function causeOf(experiment: Experiment, name: string): string | undefined {
  const found = metricOf(experiment, name);
  const isNumber = typeof found?.value === 'number';
  return explainMissing(experiment, name, NONE) ?? found?.nonfinite ?? (isNumber ? undefined : 'not_a_number');
}
