import type { ReactNode } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { describeCause, nameRemedy } from '../../../../core/experiment/cause-words.ts';
import { formatCount, formatList, groupDigits } from '../../../../core/text/phrases.ts';
import type { ShowJson } from '../../../../json/index.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { Moment } from '../../../components/moment.tsx';
import { WaitWords } from '../../../components/wait-words.tsx';
import { toHref } from '../../../state/use-route.ts';
import styles from './next-step.module.css';

/** Why an experiment waits or failed, and what one can do now. Nothing while it runs, or when it completed. */
export function NextStep({ id, shown }: { readonly id: string; readonly shown: ShowJson }) {
  switch (shown.active.status) {
    case 'created':
      return (
        <section className={styles['step']} aria-label="What to do">
          <p>It has not been submitted. This command submits it:</p>
          <CommandLine line={commandOf({ command: 'submit', ids: [id] })} />
        </section>
      );
    case 'queued':
      return <Waiting shown={shown} />;
    case 'failed':
      return <Failure id={id} shown={shown} />;
    case 'cancelled':
      return (
        <section className={styles['step']} aria-label="What to do">
          <p>It was cancelled. This command runs it again:</p>
          <CommandLine line={commandOf({ command: 'retry', ids: [id] })} />
        </section>
      );
    case 'stopped':
      return (
        <section className={styles['step']} aria-label="What to do">
          <p>It was stopped{shown.active.note === null ? '' : `: ${shown.active.note}`}. This command runs it again:</p>
          <CommandLine line={commandOf({ command: 'retry', ids: [id] })} />
        </section>
      );
    case 'running':
    case 'completed':
      return <Outdated shown={shown} />;
  }
}

function Waiting({ shown: { active, queue } }: { readonly shown: ShowJson }) {
  const place = queue?.before ?? null;
  return (
    <section className={styles['step']} aria-label="Why it waits">
      <p>
        <WaitWords text={active.note ?? 'The scheduler did not say why it waits.'} />
      </p>
      {place !== null && (
        <p>{place === 0 ? 'It is next in line.' : `${formatCount(place, 'job is', 'jobs are')} ahead of it.`}</p>
      )}
      {queue?.expected_start && (
        <p>
          Expected to start <Moment at={queue.expected_start} />.
        </p>
      )}
    </section>
  );
}

function Failure({ id, shown }: { readonly id: string; readonly shown: ShowJson }) {
  const { active, retry } = shown;
  const { diagnosis } = active;
  const line = diagnosis?.line;
  return (
    <section className={styles['step']} data-failed aria-label="Why it failed">
      <p className={styles['sentence']}>
        {describeCause({ cause: active.cause, note: diagnosis?.says ?? active.note }) ?? 'No log says why it failed.'}
      </p>
      {line && (
        <figure className={styles['log']}>
          <figcaption>
            <LogLink id={id} file={line.file}>
              {line.file}
              {line.line !== null && `, line ${groupDigits(line.line)}`}
            </LogLink>
          </figcaption>
          <pre tabIndex={0}>{line.text}</pre>
        </figure>
      )}
      {diagnosis?.fix && <p>Try {nameRemedy(diagnosis.fix, id)}.</p>}
      <p>These commands show its errors, and run it again:</p>
      <CommandLine line={commandOf({ command: 'logs', ids: [id], err: true })} />
      <CommandLine line={commandOf({ command: 'retry', ids: [id], fresh: retry?.fresh ?? false })} />
      <Outdated shown={shown} />
    </section>
  );
}

/** Leads to the log, if the file is one: `attempts/train-1/err.log`. */
function LogLink({ id, file, children }: { readonly id: string; readonly file: string; readonly children: ReactNode }) {
  const [, attempt, name] = /^attempts\/([^/]+)\/([^/]+\.log)$/.exec(file) ?? [];
  if (attempt === undefined) return children;
  return <a href={toHref(['x', id, 'logs'], { attempt, file: name })}>{children}</a>;
}

/** What a retry would not notice, and what came after the run. */
function Outdated({ shown: { changed_since: changed } }: { readonly shown: ShowJson }) {
  if (changed === null) return null;
  const names = [...changed.files, ...changed.settings.map((name) => `${name} in the template`)];
  return (
    <p>
      {formatList(names, 4)} changed since attempt {changed.since_attempt}.
    </p>
  );
}
