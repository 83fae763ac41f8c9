import { useDeferredValue, useState } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { matchText } from '../../../core/query/ast.ts';
import { formatQuery } from '../../../core/query/format.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import type { TemplateJson } from '../../../json/index.ts';
import { ApiError } from '../../api/call-api.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatValue } from '../../format/numbers.ts';
import { useCommand } from '../../state/command.ts';
import { toHref } from '../../state/use-route.ts';
import { ProblemList } from './problem-list.tsx';

/** One template: what it asks for, what it builds on, and what was made from it. */
export function TemplateView({ name }: { readonly name: string }) {
  const template = useCall('template', { name });
  useCommand(commandOf({ command: 'template show', template: name }));
  return (
    <>
      <PageHeading title={name} />
      {template.error !== null ? (
        <>
          {template.error instanceof ApiError && template.error.problem.at !== null ? (
            <ProblemList problems={[template.error.problem]} />
          ) : (
            <ProblemView error={template.error} retry={() => void template.refetch()} />
          )}
          <p>
            <a href={toHref(['t'])}>All templates</a>
          </p>
        </>
      ) : template.data === undefined ? (
        <Loading what={`the template ${name}`} lines={8} />
      ) : (
        <Template template={template.data} />
      )}
    </>
  );
}

function Template({ template }: { readonly template: TemplateJson }) {
  const { name, description, path, files, abstract, problems, stages } = template;
  return (
    <>
      {description !== '' && <p>{description}</p>}
      {problems.length > 0 && <ProblemList problems={problems} />}
      {!abstract && problems.length === 0 && (
        <p>
          <a href={toHref(['new', name])}>New experiment or sweep from this template</a>
        </p>
      )}
      <Facts
        facts={[
          ['file', <code>{path}</code>],
          ['builds on', files.length > 1 && <Chain files={files} />],
          ['experiments', <Made name={name} />],
        ]}
      />
      {abstract ? (
        <p>It is abstract: other templates extend it, and no experiment is made from it.</p>
      ) : (
        problems.length === 0 && (
          <>
            <p>This command makes an experiment from it:</p>
            <CommandLine line={commandOf({ command: 'new', template: name, set: getRequired(template) })} />
          </>
        )
      )}
      <Parameters parameters={template.parameters} />
      <Reserved reserved={template.reserved} />
      {stages.length > 0 && (
        <section aria-labelledby="stages">
          <h2 id="stages">Stages</h2>
          <PlainTable
            label="Stages"
            noun="stage"
            rows={stages}
            keyOf={(stage) => stage.name}
            columns={[
              { name: 'stage', cell: (stage) => stage.name },
              { name: 'after', cell: ({ after }) => after },
              { name: 'command', cell: ({ command }) => <code>{command}</code> },
              { name: 'resources of its own', cell: ({ resources }) => describeValues(resources) },
            ]}
          />
        </section>
      )}
    </>
  );
}

/** Parameters that must be given, with a place to write the value. */
function getRequired({ parameters }: TemplateJson): { readonly [name: string]: string } {
  return Object.fromEntries(
    parameters.filter(({ required, default: value }) => required && value === null).map((each) => [each.name, 'VALUE']),
  );
}

/** Base templates first: the later ones override them. */
function Chain({ files }: { readonly files: readonly string[] }) {
  return files.slice(0, -1).map((file) => {
    const base = file.replace(/^templates\/|\.yaml$/g, '');
    return (
      <span key={file}>
        <a href={toHref(['t', base])}>{base}</a>{' '}
      </span>
    );
  });
}

function Made({ name }: { readonly name: string }) {
  const query = formatQuery(matchText('template', name));
  const made = useCall('page', { where: query, limit: 0 });
  if (made.data === undefined) return made.isPending ? <span data-reading /> : null;
  if (made.data.total === 0) return 'none yet';
  return <a href={toHref(['x'], { q: query })}>{formatCount(made.data.total, 'experiment')}</a>;
}

/** A search is worth its place from here on. */
const MANY = 15;

type Parameter = TemplateJson['parameters'][number];

function Parameters({ parameters }: { readonly parameters: readonly Parameter[] }) {
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const found = parameters.filter(({ name, help }) => `${name} ${help ?? ''}`.toLowerCase().includes(wanted));
  return (
    <section aria-labelledby="parameters">
      <h2 id="parameters">Parameters</h2>
      {parameters.length > MANY && (
        <Toolbar>
          <SearchField label="Search parameters" text={search} onChange={setSearch} />
          <span>{formatCount(found.length, 'parameter')}</span>
        </Toolbar>
      )}
      {found.length === 0 ? (
        <Empty
          why={parameters.length === 0 ? 'It has no parameters.' : `No parameter has "${wanted}" in its name or help.`}
        />
      ) : (
        <PlainTable
          label="Parameters"
          noun="parameter"
          rows={found}
          keyOf={({ name }) => name}
          columns={[
            { name: 'name', cell: ({ name }) => name },
            { name: 'type', cell: ({ type }) => type },
            { name: 'default', cell: describeDefault },
            { name: 'values', cell: describeRange },
            { name: 'role', cell: ({ role }) => role },
            { name: 'help', cell: ({ help }) => help },
            { name: 'from', cell: ({ origin }) => origin },
          ]}
        />
      )}
    </section>
  );
}

function describeDefault({ default: value, required }: Parameter) {
  if (value === null) return required ? 'must be given' : 'none';
  return <code>{formatValue(value)}</code>;
}

function describeRange({ choices, range }: Parameter): string {
  if (choices !== null) return choices.map((choice) => formatValue(choice)).join(', ');
  return range === null ? '' : `${range.join(' to ')}`;
}

function Reserved({ reserved }: { readonly reserved: TemplateJson['reserved'] }) {
  const all = Object.entries(reserved);
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">Reserved keys</h2>
      <PlainTable
        label="Reserved keys"
        noun="key"
        rows={all}
        keyOf={([key]) => key}
        columns={[
          { name: 'key', cell: ([key]) => key },
          { name: 'value', cell: ([, value]) => <code>{formatValue(value)}</code> },
        ]}
      />
    </section>
  );
}

function describeValues(values: TemplateJson['stages'][number]['resources']): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${formatValue(value)}`)
    .join(', ');
}
