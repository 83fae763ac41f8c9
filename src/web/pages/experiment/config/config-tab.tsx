import { useDeferredValue, useMemo, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Empty } from '../../../components/empty.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { SearchField } from '../../../components/search-field.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { toYaml } from '../../../format/to-yaml.ts';
import type { TabProps } from '../shared/tab-props.ts';
import { listFrozenValues, searchValues, type FrozenValue } from '../shared/parameters.ts';
import { Stages } from './stages.tsx';

/** The frozen parameters and resources, with where each comes from. */
export function ConfigTab({ shown }: TabProps) {
  const { params, resources, origins, template } = shown;
  const [search, setSearch] = useState('');
  const [onlyOwn, setOnlyOwn] = useState(false);
  const wanted = useDeferredValue(search);
  const all = useMemo(() => listFrozenValues(params, origins), [params, origins]);
  const found = searchValues(all, wanted, onlyOwn);
  const asked = useMemo(() => listFrozenValues(resources, origins), [resources, origins]);
  const set = () => Object.fromEntries(all.map(({ name, text }) => [name, text]));
  return (
    <>
      <section aria-labelledby="parameters">
        <h2 id="parameters">Parameters</h2>
        <Toolbar>
          <SearchField label="Search parameters" text={search} onChange={setSearch} />
          <label>
            <input type="checkbox" checked={onlyOwn} onChange={(event) => setOnlyOwn(event.target.checked)} />
            Only what differs from the template
          </label>
          <CopyButton label="Copy as YAML" text={() => toYaml(params)} />
          <CopyButton label="Copy as flags" text={() => commandOf({ command: 'new', template, set: set() })} />
        </Toolbar>
        {found.length === 0 ? (
          <NoParameters
            count={all.length}
            onlyOwn={onlyOwn}
            search={wanted}
            showAll={() => {
              setSearch('');
              setOnlyOwn(false);
            }}
          />
        ) : (
          <Values label="Parameters" noun="parameter" values={found} />
        )}
      </section>
      <section aria-labelledby="resources">
        <h2 id="resources">Resources</h2>
        {asked.length === 0 ? (
          <p>It asks for none: the defaults of the scheduler hold.</p>
        ) : (
          <Values label="Resources" noun="resource" values={asked} />
        )}
      </section>
      <Stages stages={shown.stages} />
    </>
  );
}

function Values({
  label,
  noun,
  values,
}: {
  readonly label: string;
  readonly noun: string;
  readonly values: readonly FrozenValue[];
}) {
  return (
    <PlainTable
      label={label}
      noun={noun}
      rows={values}
      keyOf={({ name }) => name}
      columns={[
        { name: 'name', cell: ({ name }) => name },
        { name: 'value', cell: ({ text }) => <code>{text === '' ? '""' : text}</code> },
        { name: 'from', cell: ({ origin, isOwn }) => (isOwn ? <strong>{origin}</strong> : origin) },
      ]}
    />
  );
}

function NoParameters({
  count,
  onlyOwn,
  search,
  showAll,
}: {
  readonly count: number;
  readonly onlyOwn: boolean;
  readonly search: string;
  readonly showAll: () => void;
}) {
  if (count === 0) return <Empty why="Its template has no parameters." />;
  const which = [
    onlyOwn ? 'differs from the template' : '',
    search === '' ? '' : `has "${search}" in its name or value`,
  ];
  return (
    <Empty why={`None of ${formatCount(count, 'parameter')} ${which.filter(Boolean).join(' and ')}.`}>
      <button type="button" onClick={showAll}>
        Show all
      </button>
    </Empty>
  );
}
