import { stripTerminal } from '../../../../core/text/terminal.ts';
import { useGrowth } from '../../../api/live.ts';
import { useCall } from '../../../api/use-call.ts';
import { toHref } from '../../../state/use-route.ts';
import styles from './peek.module.css';

const MOST_LINES = 5;

/** The last lines of the newest attempt, as they come. */
export function PeekLog({ id }: { readonly id: string }) {
  const { data, error, refetch } = useCall('logWindow', { id });
  useGrowth(data === undefined ? {} : { logs: [{ id, attempt: data.attempt, file: data.file }] }, () => void refetch());
  const lines = data?.lines.slice(-MOST_LINES) ?? [];
  return (
    <>
      <h3>
        <a href={toHref(['x', id, 'logs'])}>Last lines of the log</a>
      </h3>
      {error !== null && <p>{error.message}</p>}
      {lines.length > 0 && (
        <pre className={styles['log']} tabIndex={0} role="region" aria-label="Last lines of the log">
          {lines.map(({ text }) => stripTerminal(text)).join('\n')}
        </pre>
      )}
      {data !== undefined && lines.length === 0 && <p>{data.why ?? 'It is empty'}.</p>}
    </>
  );
}
