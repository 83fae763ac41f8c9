import { createContext, useContext } from 'react';
import { listCauses } from '../../../../core/text/missing-words.ts';
import { groupDigits } from '../../../../core/text/phrases.ts';
import { StatusMark } from '../../../components/status-mark.tsx';
import { signDifference } from '../../../format/numbers.ts';
import { writeCell } from '../grid/cell-text.ts';
import { GridCell } from '../grid/grid-cell.tsx';
import type { CellProps } from '../grid/row-look.ts';
import type { Spread } from './group-settings.ts';
import { getRowInfo, type GroupValue, type RowInfo } from './group-rows.ts';
import {
  countUnfinished,
  explainDifference,
  writeDifference,
  writeRuns,
  writeSignificance,
  writeSpread,
} from './group-words.ts';
import styles from './groups.module.css';

type GroupInfo = Extract<RowInfo, { kind: 'group' }>;

/** What cells of groups need to know of the list. */
export interface GroupLook {
  readonly spread: Spread;
  /** Names of the fields that make groups; empty: all but the seed. */
  readonly by: readonly string[];
  /** What all is compared with. */
  readonly baseline: GroupInfo | undefined;
  /** Whether experiments are below groups. */
  readonly isTree: boolean;
  readonly isOpen: (id: string) => boolean;
  readonly toggle: (id: string) => void;
}

export const GroupLookContext = createContext<GroupLook | undefined>(undefined);

/** A cell of a list of groups and runs, or of a list that is compared with a baseline. */
export function GroupCell(props: CellProps) {
  const look = useContext(GroupLookContext);
  const info = getRowInfo(props.row);
  if (look === undefined) return null;
  if (info === undefined) return <RunCell {...props} look={look} />;
  if (info.kind === 'more') {
    return props.column === 'exp_id' ? (
      <span className={styles['below']}>{groupDigits(info.count)} more runs, which a filter shows</span>
    ) : null;
  }
  if (props.column === 'exp_id') return <GroupName info={info} look={look} isReachable={props.isReachable ?? false} />;
  if (props.column === 'status') return <Statuses line={info.line} />;
  const value = info.value(props.column);
  if (value === undefined) return null;
  if (value.summary !== undefined && value.summary.n > 0) {
    return <Mean info={info} value={value} look={look} column={props.column} />;
  }
  return <Shared column={props.column} value={value} />;
}

function GroupName({
  info,
  look,
  isReachable,
}: {
  readonly info: GroupInfo;
  readonly look: GroupLook;
  readonly isReachable: boolean;
}) {
  const { line } = info;
  const isTop = info === look.baseline;
  const isBaseline = look.baseline?.line.id === line.id;
  const name =
    look.by.length === 0 || line.id === ''
      ? (line.newest ?? 'removed')
      : look.by.map((field, i) => `${field} = ${writeKey(field, line.keys[i])}`).join(', ');
  const runs = line.id === '' ? '' : writeRuns(line);
  const isOpen = look.isOpen(line.id);
  return (
    <span className={styles['name']} title={[name, runs].filter(Boolean).join(': ')}>
      {isTop ? null : (
        <button
          type="button"
          className={styles['toggle']}
          tabIndex={isReachable ? undefined : -1}
          aria-expanded={isOpen}
          aria-label={`Runs of ${name}`}
          onClick={() => look.toggle(line.id)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        </button>
      )}
      <span className={styles['text']}>{name}</span> <span className={styles['note']}>{runs}</span>
      {isBaseline && <span className={styles['mark']}>baseline</span>}
    </span>
  );
}

function writeKey(field: string, value: GroupValue['value'] | undefined): string {
  return writeCell(field, { value: value ?? null, written: undefined, gap: undefined }).full;
}

function Statuses({ line }: { readonly line: GroupInfo['line'] }) {
  const counts = Object.entries(line.statuses);
  return (
    <span className={styles['statuses']} title={counts.map(([status, count]) => `${count} ${status}`).join(', ')}>
      {counts.map(([status, count]) =>
        counts.length === 1 ? (
          <StatusMark key={status} status={status} text={`${groupDigits(count)} ${status}`} />
        ) : (
          <span key={status}>
            <StatusMark status={status} text={groupDigits(count)} />
            <span className="visually-hidden"> {status}</span>
          </span>
        ),
      )}
      {countUnfinished(line) > 0 && <span className={styles['mark']}>interim</span>}
    </span>
  );
}

function Mean({
  info: { line },
  value: { summary = { n: 0 }, gaps, difference, tests },
  look,
  column,
}: {
  readonly info: GroupInfo;
  readonly value: GroupValue;
  readonly look: GroupLook;
  readonly column: string;
}) {
  const missing = listCauses(gaps);
  const compared = {
    n: summary.n,
    reference: look.baseline?.value(column)?.summary?.n ?? 0,
    isInterim: isInterim(line, look),
  };
  const title = [
    `mean ${summary.mean}`,
    ...(summary.std === undefined ? [] : [`standard deviation ${summary.std}`]),
    `n ${summary.n} of ${line.n}`,
    ...(missing.length === 0 ? [] : [`without a value: ${missing.join(', ')}`]),
  ].join('; ');
  return (
    <span className={styles['number']}>
      <span title={title}>
        {writeSpread(summary, look.spread)} <span className={styles['note']}>n={summary.n}</span>
      </span>
      {look.baseline !== undefined && difference?.difference !== undefined && (
        <>
          <Delta text={writeDifference(difference)} title={explainDifference(difference, { ...compared, tests })} />
          <Delta
            text={writeSignificance(difference, compared)}
            title={explainDifference(difference, { ...compared, tests })}
          />
        </>
      )}
    </span>
  );
}

function isInterim(line: GroupInfo['line'], { baseline }: GroupLook): boolean {
  return countUnfinished(line) > 0 || (baseline !== undefined && countUnfinished(baseline.line) > 0);
}

function Delta({ text, title }: { readonly text: string; readonly title: string }) {
  return (
    <span className={styles['delta']} title={title}>
      {text}
    </span>
  );
}

/** What all runs of a group have, or how many different values. */
function Shared({ column, value }: { readonly column: string; readonly value: GroupValue }) {
  const [gap, ...others] = Object.keys(value.gaps);
  if (value.distinct !== undefined) {
    return <span className={styles['note']}>{groupDigits(value.distinct)} values</span>;
  }
  const { text, full, isGap } = writeCell(column, { ...value, gap: others.length === 0 ? gap : undefined });
  return (
    <span className={isGap ? styles['note'] : styles['text']} title={full}>
      {text}
    </span>
  );
}

/** A run: below its group, or compared with the baseline. */
function RunCell({ look, ...props }: CellProps & { readonly look: GroupLook }) {
  const { row, column } = props;
  if (look.isTree) {
    return column === 'exp_id' ? (
      <span className={styles['below']}>
        <GridCell {...props} />
      </span>
    ) : (
      <GridCell {...props} />
    );
  }
  const mean = look.baseline?.value(column)?.summary?.mean;
  const value = row.cell(column)?.value;
  if (mean === undefined || typeof value !== 'number') return <GridCell {...props} />;
  const difference = value - mean;
  return (
    <span className={styles['number']}>
      <GridCell {...props} decimals={0} />
      <Delta
        text={signDifference(difference)}
        title={`difference of one run to the mean of the baseline: ${difference}`}
      />
    </span>
  );
}
