import { COMPARABILITY_WORDS } from '../../../core/text/comparability-words.ts';
import type { ReactNode } from 'react';
import type { DiffJson } from '../../../json/index.ts';
import { useCall } from '../../api/use-call.ts';
import { Loading } from '../loading.tsx';
import { PlainTable } from '../plain-table.tsx';
import { ProblemView } from '../problem-view.tsx';
import { describeChange } from '../../format/input-words.ts';
import { formatValue } from '../../format/numbers.ts';
import { Patch } from './patch.tsx';

/** All that differs between two experiments, each kind under its own heading. */
export function Differences({
  a,
  b,
  hasParameters = true,
}: {
  readonly a: string;
  readonly b: string;
  /** False if the parameters are shown elsewhere on the page. */
  readonly hasParameters?: boolean;
}) {
  const diff = useCall('diff', { a, b });
  if (diff.error !== null) return <ProblemView error={diff.error} retry={() => void diff.refetch()} />;
  if (diff.data === undefined) return <Loading what={`what differs from ${a}`} lines={8} />;
  const { params, settings, environment, inputs, code, reproducibility } = diff.data;
  return (
    <>
      {reproducibility && <Level reproducibility={reproducibility} />}
      {hasParameters && (
        <Part title="Parameters">
          <Values rows={params.map(toTexts)} names={[a, b]} noun="parameter" />
        </Part>
      )}
      <Part title="Settings">
        <Values rows={settings.map(toTexts)} names={[a, b]} noun="setting" />
      </Part>
      <Part title="Environment">
        {environment === null ? (
          <p>One of them left no record of its environment.</p>
        ) : (
          <Values rows={environment} names={[a, b]} noun="difference" />
        )}
      </Part>
      <Part title="Data">
        {inputs.length === 0 ? (
          <p>Neither has a record of what it read.</p>
        ) : (
          <InputChanges inputs={inputs} names={[a, b]} />
        )}
      </Part>
      <Part title="Code">
        {code.same === true ? (
          <p>The same.</p>
        ) : code.diff === '' ? (
          <p>Whether it differs is not known: one of them ran in the project folder, or has not run.</p>
        ) : (
          <Patch diff={code.diff} />
        )}
      </Part>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Level({
  reproducibility: { level, reasons },
}: {
  readonly reproducibility: NonNullable<DiffJson['reproducibility']>;
}) {
  return (
    <>
      <p>
        Reproducibility: {COMPARABILITY_WORDS[level]} (level {level}
        {reasons.length > 0 && ', because of what is below'}).
      </p>
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </>
  );
}

type Texts = { readonly name: string; readonly before: string | null; readonly after: string | null };

function toTexts({ name, before, after }: DiffJson['params'][number]): Texts {
  return {
    name,
    before: before === null ? null : formatValue(before),
    after: after === null ? null : formatValue(after),
  };
}

function Values({
  rows,
  names: [a, b],
  noun,
}: {
  readonly rows: readonly Texts[];
  readonly names: readonly [string, string];
  readonly noun: string;
}) {
  if (rows.length === 0) return <p>No difference.</p>;
  return (
    <PlainTable
      label={`Differences: ${noun}`}
      noun={noun}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { name: 'name', cell: ({ name }) => name },
        { name: a, cell: ({ before }) => before ?? '(not set)' },
        { name: b, cell: ({ after }) => after ?? '(not set)' },
      ]}
    />
  );
}

function InputChanges({
  inputs,
  names: [a, b],
}: {
  readonly inputs: DiffJson['inputs'];
  readonly names: readonly [string, string];
}) {
  return (
    <PlainTable
      label="Differences of the data"
      noun="input"
      rows={inputs}
      keyOf={({ name }) => name}
      columns={[
        { name: 'input', cell: ({ name }) => name },
        {
          name: 'change',
          cell: ({ change, before }) =>
            change === null ? `only ${before === null ? b : a} has a record of it` : describeChange(change),
        },
      ]}
    />
  );
}
