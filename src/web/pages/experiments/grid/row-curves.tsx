import { useQueries } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { loadLater } from '../../../components/load-later.tsx';
import { callOptions } from '../../../api/use-call.ts';
import { useRested } from '../../../state/use-rested.ts';
import { getCurveMetric } from '../columns/curve-columns.ts';
import type { List } from '../list/use-list.ts';
import type { GridColumns } from './use-columns.ts';

/** Curves are not needed before a column of them is shown. */
const EncodedSparkline = loadLater(
  async () => (await import('../../../components/sparkline/encoded-sparkline.tsx')).EncodedSparkline,
  null,
);

/** Rows whose curves are asked for at once: while one scrolls, those that were read stay. */
const BLOCK_ROWS = 16;
/** As many points as a cell has room for. */
const BUCKETS = 48;
/** Milliseconds that rows are on screen before their curves are read. */
const REST_MS = 150;

/** The answers that have the curves of experiments on screen, or why there are none. */
type Answers = ReadonlyMap<string, Uint8Array | Error>;

const Curves = createContext<Answers>(new Map());

/** Reads the curves of the rows on screen, if a column shows some. */
export function RowCurves({
  list,
  columns,
  first,
  last,
  children,
}: {
  readonly list: List;
  readonly columns: GridColumns;
  readonly first: number;
  readonly last: number;
  readonly children: ReactNode;
}) {
  const metrics = [...columns.pinned, ...columns.scrolled].flatMap(({ name }) => getCurveMetric(name) ?? []);
  const from = useRested(Math.floor(first / BLOCK_ROWS), REST_MS);
  const to = useRested(Math.floor(last / BLOCK_ROWS), REST_MS);
  const blocks = metrics.length === 0 ? [] : Array.from({ length: to - from + 1 }, (_, i) => listIds(list, from + i));
  const asked = blocks.filter((ids) => ids.length > 0);
  const answers = useQueries({
    queries: asked.map((ids) => callOptions('curves', { ids, metrics, buckets: BUCKETS })),
    combine: (results) => results.map(({ data, error }) => data ?? error ?? undefined),
  });
  const names = JSON.stringify(asked);
  const byId = useMemo(
    () => new Map(asked.flatMap((ids, i) => ids.flatMap((id) => (answers[i] ? [[id, answers[i]] as const] : [])))),
    [names, answers],
  );
  return <Curves value={byId}>{children}</Curves>;
}

function listIds(list: List, block: number): string[] {
  return Array.from({ length: BLOCK_ROWS }, (_, i) => list.row(block * BLOCK_ROWS + i)?.expId ?? undefined).filter(
    (id) => id !== undefined,
  );
}

/** The way of a metric in a cell; nothing while it is read, and for an experiment that has none. */
export function RowCurve({ expId, metric }: { readonly expId: string; readonly metric: string }) {
  const answer = useContext(Curves).get(expId);
  if (answer === undefined) return null;
  if (answer instanceof Error) return <span title={answer.message}>not readable</span>;
  return <EncodedSparkline bytes={answer} expId={expId} metric={metric} />;
}
