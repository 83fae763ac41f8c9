import { commandOf } from '../../../../core/command/command-of.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import { ActionButtons, type Offer } from '../../../components/actions/action-buttons.tsx';
import { notify } from '../../../components/toasts.tsx';
import { useActions } from '../../../state/actions.ts';
import { copyText } from '../../../state/copy-text.ts';
import { toHref, useRoute } from '../../../state/use-route.ts';
import { NOTHING, writeSelection, writeSelectionQuery, type Selection } from './selection.ts';
import styles from './selection-tray.module.css';

/** What is selected, and what can be done with it; nothing while nothing is. */
export function SelectionTray({
  selection,
  onChange,
  onShow,
  onExport,
}: {
  readonly selection: Selection;
  readonly onChange: (selection: Selection) => void;
  /** Shows the selected experiments alone. */
  readonly onShow: (where: string) => void;
  /** Leads to where they can be saved as a table. */
  readonly onExport: (where: string) => void;
}) {
  const isEmpty = selection.kind === 'ids' && selection.ids.length === 0;
  const command = writeCommand(selection);
  const { go } = useRoute();
  const compare = (): void => go(toHref(['compare'], { sel: writeSelection(selection) }));
  useActions(
    isEmpty
      ? []
      : [
          { name: 'Compare the selected experiments', keys: ['c'], act: compare },
          { name: 'Export the selected experiments as a table', act: () => onExport(writeSelectionQuery(selection)) },
          { name: 'Copy the command for the selected experiments', act: () => copy('Command copied', command) },
          { name: 'Select nothing', act: () => onChange(NOTHING) },
        ],
  );
  if (isEmpty) return null;
  return (
    <div role="region" aria-label="Selection" className={styles['tray']} data-bottom-bar>
      <span aria-live="polite">{describe(selection)}</span>
      <button type="button" onClick={compare}>
        Compare
      </button>
      {selection.kind === 'ids' && (
        <button type="button" onClick={() => copy('Names copied', selection.ids.join('\n'))}>
          Copy the names
        </button>
      )}
      <button type="button" title={command} onClick={() => copy('Command copied', command)}>
        Copy the command
      </button>
      <button type="button" onClick={() => onExport(writeSelectionQuery(selection))}>
        Export
      </button>
      <button type="button" onClick={() => onShow(writeSelectionQuery(selection))}>
        Show only these
      </button>
      <button type="button" onClick={() => onChange(NOTHING)}>
        Clear
      </button>
      <ActionButtons label="Actions for the selected experiments" offers={offerActions(selection)} />
    </div>
  );
}

/** What can be done with many; with all experiments of a project at once, nothing. */
function offerActions(selection: Selection): Offer[] {
  const where = writeSelectionQuery(selection);
  if (where === '') return [];
  const which = selection.kind === 'ids' ? { ids: selection.ids } : { where };
  return [
    { name: 'Tag', action: { kind: 'tag', which } },
    { name: 'Retry', action: { kind: 'retry', which } },
    { name: 'Cancel', action: { kind: 'cancel', which } },
    { name: 'Archive', action: { kind: 'archive', which } },
  ];
}

function describe(selection: Selection): string {
  if (selection.kind === 'ids') return `${formatCount(selection.ids.length, 'experiment')} selected`;
  return selection.where === '' ? 'All experiments selected' : `All experiments with ${selection.where} selected`;
}

/** What one would do next in a shell: look at one, or compare several. */
function writeCommand(selection: Selection): string {
  const where = writeSelectionQuery(selection);
  if (selection.kind === 'query') return commandOf({ command: 'list', ...(where === '' ? {} : { where }), limit: 0 });
  const [first, ...rest] = selection.ids;
  if (first !== undefined && rest.length === 0) return commandOf({ command: 'show', id: first });
  return commandOf({ command: 'compare', ids: selection.ids });
}

function copy(said: string, text: string): void {
  void copyText(text).then((isCopied) =>
    notify(isCopied ? said : 'The browser did not let the page copy. Copy this text', text.slice(0, 300)),
  );
}
