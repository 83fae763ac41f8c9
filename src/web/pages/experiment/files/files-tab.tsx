import { commandOf } from '../../../../core/command/command-of.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Empty } from '../../../components/empty.tsx';
import { isPlainName, showName } from '../../../format/file-names.ts';
import { useActions } from '../../../state/actions.ts';
import { toHref, useRoute } from '../../../state/use-route.ts';
import type { TabProps } from '../shared/tab-props.ts';
import { readFilePlace, type FilePlace } from './file-place.ts';
import { FileView } from './file-view.tsx';
import styles from './files.module.css';
import { FolderList } from './folder-list.tsx';

/** The folder of an experiment: what is in it, folder by folder, and the beginning of each file. */
export function FilesTab({ id, shown }: TabProps) {
  if (shown.attempts.length === 0) {
    return (
      <Empty why="Nothing has been submitted yet, so there is no folder. This command submits it:">
        <CommandLine line={commandOf({ command: 'submit', ids: [id] })} />
      </Empty>
    );
  }
  return <Files id={id} folder={shown.folder} />;
}

function Files({ id, folder }: { readonly id: string; readonly folder: string }) {
  const { route, go } = useRoute();
  const place = readFilePlace(route.settings.get('path'));
  const linkTo = (setting: string): string =>
    toHref(route.parts, { ...Object.fromEntries(route.settings), path: setting });
  const { kind, path, steps } = place;
  useActions(
    steps.length === 0
      ? []
      : [{ name: 'Folder above', keys: ['u'], act: () => go(linkTo(steps.at(-2)?.setting ?? '')) }],
  );
  return (
    <>
      <div className={styles['way']}>
        <Way id={id} steps={steps} linkTo={linkTo} />
        {steps.every(({ name }) => isPlainName(name)) && (
          <CopyButton label="Copy path" text={[folder, ...steps.map(({ name }) => name)].join('/')} />
        )}
      </div>
      {kind === 'folder' ? (
        <FolderList key={path} id={id} path={path} linkTo={linkTo} />
      ) : (
        <FileView key={path} id={id} path={path} />
      )}
    </>
  );
}

/** The folders from that of the experiment down to what is shown. */
function Way({
  id,
  steps,
  linkTo,
}: {
  readonly id: string;
  readonly steps: FilePlace['steps'];
  readonly linkTo: (setting: string) => string;
}) {
  const all = [{ name: id, setting: '' }, ...steps];
  return (
    <nav aria-label="Folders">
      <ol>
        {all.map(({ name, setting }, i) => (
          <li key={i}>
            <a href={linkTo(setting)} aria-current={i === all.length - 1 ? 'location' : undefined}>
              <bdi>{showName(name)}</bdi>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
