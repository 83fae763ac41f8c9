import { describeEmptyCells } from '../../../core/text/missing-words.ts';
import { groupDigits, formatCount } from '../../../core/text/phrases.ts';
import type { Api } from '../../../server/index.ts';
import { callApi } from '../../api/call-api.ts';
import { useCall } from '../../api/use-call.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useSettings } from '../../state/use-setting.ts';
import { SaveButton } from '../../components/saving/save-button.tsx';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { KNOWN_NAMES } from './known-names.ts';
import {
  makeReportRequest,
  TABLE_FORMATS,
  writeTableCommand,
  type TableFormat,
  type TableSettings,
} from './table-settings.ts';
import layout from '../../components/settings/settings.module.css';
import styles from './export.module.css';

/** Rows of a preview. Groups are read whole: their number follows from all experiments. */
const PREVIEW_ROWS = 50;

/** Builds a table, and shows how it begins. */
export function ExportTable({ settings: { request } }: { readonly settings: TableSettings }) {
  const [, change] = useSettings();
  const { format, groupBy } = request;
  const isGrouped = groupBy !== undefined;
  const preview = useCall('exportText', isGrouped ? request : { ...request, limit: PREVIEW_ROWS }, {
    keepsFormer: true,
  });
  const { where } = request;
  const total = useCall('page', { columns: ['exp_id'], limit: 1, ...(where === undefined ? {} : { where }) }).data
    ?.total;
  useCommand(writeTableCommand(request));
  return (
    <>
      <div className={layout['settings']}>
        <TextSetting name="q" label="Experiments" placeholder="all" size={32} />
        <TextSetting
          name="c"
          label="Columns"
          placeholder={isGrouped ? 'accuracy:.3f, loss' : 'exp_id, lr=learning_rate, acc=accuracy*100:.2f'}
          size={48}
        />
        <TextSetting name="g" label="One row for each" placeholder="experiment" list={KNOWN_NAMES} />
        {isGrouped && <TextSetting name="stats" label="Statistics" placeholder="n, mean, std" />}
        <TextSetting name="best" label="Best in bold" placeholder="accuracy:max" />
        {format === 'latex' && (
          <>
            <TextSetting name="caption" label="Caption" />
            <TextSetting name="label" label="Label" placeholder="tab:results" />
          </>
        )}
      </div>
      <div className={styles['bar']}>
        <div role="group" aria-label="Format" className={styles['formats']}>
          {Object.entries(TABLE_FORMATS).map(([each, { name }]) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === format}
              onClick={() => change({ f: each === 'csv' ? undefined : each })}
            >
              {name}
            </button>
          ))}
        </div>
        <SaveButton name={`table${TABLE_FORMATS[format].ending}`} load={() => callApi('exportFile', request)} />
        <SaveButton name="report.html" load={() => callApi('exportFile', makeReportRequest(request))} />
      </div>
      {preview.error !== null ? (
        <ProblemView error={preview.error} retry={() => void preview.refetch()} />
      ) : preview.data === undefined ? (
        <Loading what="the table" lines={12} />
      ) : preview.data.experiments === 0 ? (
        <Empty why="No experiment fits. Change what is asked for under Experiments." />
      ) : (
        <div aria-busy={preview.isPlaceholderData}>
          {preview.data.warnings.map((warning) => (
            <PartialStrip key={warning} message={warning} />
          ))}
          <p className={styles['said']}>
            <span role="status">{describeRows(preview.data.rows, isGrouped ? undefined : total)}</span>
            {describeEmpty(preview.data)}
            <CopyButton text={preview.data.text} label={describeCopy(format, preview.data.rows, total, isGrouped)} />
          </p>
          <pre tabIndex={0} aria-label="The table as text" className={styles['preview']}>
            {preview.data.text}
          </pre>
        </div>
      )}
    </>
  );
}

function describeRows(rows: number, total: number | undefined): string {
  if (total !== undefined && total > rows) return `The first ${groupDigits(rows)} of ${groupDigits(total)} rows`;
  return formatCount(rows, 'row');
}

/** Nothing if a warning says it already, with the column to add. */
function describeEmpty({ missing, warnings }: Api['exportText']['answer']): string {
  const words = describeEmptyCells(missing);
  return warnings.some((warning) => warning.startsWith(words)) ? '' : words;
}

function describeCopy(format: TableFormat, rows: number, total: number | undefined, isGrouped: boolean): string {
  const isCut = !isGrouped && total !== undefined && total > rows;
  return isCut ? `Copy these rows as ${TABLE_FORMATS[format].name}` : `Copy ${TABLE_FORMATS[format].name}`;
}
