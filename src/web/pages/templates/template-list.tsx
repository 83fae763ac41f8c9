import { commandOf } from '../../../core/command/command-of.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref } from '../../state/use-route.ts';
import styles from './templates.module.css';

/** All templates, also those that cannot be used, with the reason. */
export function TemplateList() {
  const templates = useCall('templates', {});
  useCommand(commandOf({ command: 'template list' }));
  return (
    <>
      <PageHeading title="Templates" />
      {templates.error !== null ? (
        <ProblemView error={templates.error} retry={() => void templates.refetch()} />
      ) : templates.data === undefined ? (
        <Loading what="the templates" lines={6} />
      ) : templates.data.length === 0 ? (
        <Empty why="This project has no templates. This command lists those that come with sheaf:">
          <CommandLine line={commandOf({ command: 'template list', builtin: true })} />
        </Empty>
      ) : (
        <PlainTable
          label="Templates"
          noun="template"
          rows={templates.data}
          keyOf={({ name }) => name}
          columns={[
            { name: 'template', cell: ({ name }) => <a href={toHref(['t', name])}>{name}</a> },
            { name: 'parameters', isNumber: true, cell: ({ parameters }) => parameters },
            {
              name: 'description',
              cell: ({ description, problem }) =>
                problem === null ? description : <span className={styles['broken']}>cannot be used: {problem}</span>,
            },
          ]}
        />
      )}
    </>
  );
}
