import { formatCount, groupDigits } from '../../../../core/text/phrases.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { Api } from '../../../../server/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { showName } from '../../../format/file-names.ts';
import { toIso } from '../../../format/times.ts';

type Entry = Api['files']['answer']['entries'][number];

/** What is in a folder. @param linkTo the address of a setting `path` */
export function FolderList({
  id,
  path,
  linkTo,
}: {
  readonly id: string;
  readonly path: string;
  readonly linkTo: (setting: string) => string;
}) {
  const list = useCall('files', { id, path });
  if (list.error !== null) return <ProblemView error={list.error} retry={() => void list.refetch()} />;
  if (list.data === undefined) return <Loading what="the folder" lines={8} />;
  const { entries, total } = list.data;
  if (total === 0) return <Empty why="The folder is empty." />;
  return (
    <>
      {total > entries.length && (
        <PartialStrip
          message={`Only the first ${groupDigits(entries.length)} of ${formatCount(total, 'entry', 'entries')} are listed.`}
        />
      )}
      <PlainTable
        label="Files"
        noun="file"
        rows={entries}
        keyOf={(entry) => entry.path}
        columns={[
          { name: 'name', cell: (entry) => <Name entry={entry} linkTo={linkTo} /> },
          { name: 'kind', cell: ({ kind }) => kind },
          { name: 'size', isNumber: true, cell: ({ bytes }) => bytes !== undefined && formatBytes(bytes) },
          { name: 'changed', cell: ({ changedMs }) => <Moment at={toIso(changedMs)} /> },
          { name: 'points to', cell: ({ target }) => target !== undefined && <bdi>{showName(target)}</bdi> },
          { name: 'not opened', cell: ({ refused }) => refused },
        ]}
      />
    </>
  );
}

function Name({ entry, linkTo }: { readonly entry: Entry; readonly linkTo: (setting: string) => string }) {
  const isFolder = entry.kind === 'folder';
  const name = <bdi>{`${showName(entry.name)}${isFolder ? '/' : ''}`}</bdi>;
  return entry.refused === undefined ? <a href={linkTo(`${entry.path}${isFolder ? '/' : ''}`)}>{name}</a> : name;
}
