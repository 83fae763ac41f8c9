import { useQueryClient } from '@tanstack/react-query';
import { formatBytes } from '../../../../core/units.ts';
import type { Api } from '../../../../server/index.ts';
import { askAgain } from '../../../api/ask-again.ts';
import { useGrowth } from '../../../api/live.ts';
import { useCall } from '../../../api/use-call.ts';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { SteadyButton } from '../../../components/steady-button.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { useActions } from '../../../state/actions.ts';
import type { TabProps } from '../shared/tab-props.ts';
import { toHref } from '../../../state/use-route.ts';
import { useSettings } from '../../../state/use-setting.ts';
import { FirstError } from './first-error.tsx';
import { LogLines } from './log-lines.tsx';
import { markLine, readLogPlace, STREAMS, toLog } from './log-place.ts';
import { LogSearch } from './log-search.tsx';
import styles from './log-lines.module.css';

/** What an attempt wrote: its end, which follows while it runs, or any other part of it; what is looked for; what went wrong. */
export function LogsTab({ id, shown }: TabProps) {
  if (shown.attempts.length === 0) return <Empty why="Nothing has been submitted yet, so there is no log." />;
  return (
    <div className={styles['tab']} data-fills-screen>
      <Logs id={id} />
    </div>
  );
}

function Logs({ id }: { readonly id: string }) {
  const [settings, change] = useSettings();
  const client = useQueryClient();
  const { log, at, before, mark } = readLogPlace(id, settings);
  const isEnd = at === undefined && before === undefined;
  const search = settings.get('search') ?? '';
  const answer = useCall(
    'logWindow',
    {
      ...log,
      ...(at === undefined ? {} : { at }),
      ...(before === undefined ? {} : { before }),
      // A progress bar may have written over the line that is marked.
      ...(mark === undefined ? {} : { all: true }),
    },
    // What chooses and searches stays, with the focus in it; of another place, no line is shown.
    { keepsFormer: true },
  );
  const part = answer.data;
  // A place in bytes is of this file, whatever is opened first later.
  const named = part && !answer.isPlaceholderData ? { attempt: part.attempt, file: part.file } : {};
  const goTo = (step: Step): void =>
    change({ ...NO_PLACE, ...named, mark: settings.get('mark') ?? undefined, ...step });
  useActions([{ name: 'Follow the end of the log', keys: ['f'], act: () => goTo({}) }]);
  useGrowth(part === undefined ? {} : { logs: [{ id, attempt: part.attempt, file: part.file }] }, () => {
    askAgain(client, { queryKey: ['logWindow'], type: 'active' });
  });
  if (answer.error !== null) return <ProblemView error={answer.error} retry={() => void answer.refetch()} />;
  if (part === undefined) return <Loading what="the log" lines={12} />;
  const showError = ({
    attempt,
    file,
    at: byte,
  }: {
    readonly attempt: string;
    readonly file: string;
    readonly at: number;
  }) => change({ attempt, file, ...markLine(byte) });
  return (
    <>
      <Toolbar>
        <LogChoice
          part={part}
          isNamed={settings.has('file')}
          onChange={(chosen) => change({ ...chosen, ...NO_PLACE })}
        />
        <FirstError key={part.attempt} log={log} onFound={showError} />
      </Toolbar>
      {part.size > 0 && (
        <>
          <LogSearch
            log={toLog(id, part.attempt, part.file)}
            text={search}
            onSearch={(text) => change({ search: text })}
            onOpen={(byte) => change({ ...named, ...markLine(byte) })}
          />
          <Steps part={part} isEnd={isEnd} onStep={goTo} />
        </>
      )}
      {answer.isPlaceholderData ? (
        <Loading what="the log" lines={12} />
      ) : part.lines.length === 0 ? (
        <Empty why={part.why === undefined ? 'The log has nothing behind this place.' : `${part.why}.`}>
          {part.size === 0 && <OtherLog id={id} part={part} />}
        </Empty>
      ) : (
        <LogLines
          key={`${part.attempt}/${part.file}/${at}/${before}`}
          label={`${part.file} of ${part.attempt}`}
          lines={part.lines}
          mark={mark !== undefined && mark < part.end ? mark : undefined}
          search={search}
          opensAtEnd={at === undefined}
        />
      )}
    </>
  );
}

/** Leads to the first other log of the attempt that has something. */
function OtherLog({
  id,
  part: { attempt, file, files },
}: {
  readonly id: string;
  readonly part: Api['logWindow']['answer'];
}) {
  const other = files.find(({ name, size }) => name !== file && size > 0);
  if (other === undefined) return null;
  return (
    <a href={toHref(['x', id, 'logs'], { attempt, file: other.name })}>
      {other.name} has {formatBytes(other.size)}
    </a>
  );
}

interface Step {
  readonly at?: string;
  readonly before?: string;
}

const NO_PLACE = { at: undefined, before: undefined, mark: undefined };

function LogChoice({
  part: { attempt, attempts, file, files },
  isNamed,
  onChange,
}: {
  readonly part: Api['logWindow']['answer'];
  /** Whether the address says which file. */
  readonly isNamed: boolean;
  readonly onChange: (chosen: { readonly attempt: string; readonly file: string | undefined }) => void;
}) {
  const others = files.map(({ name }) => name).filter((name) => !STREAMS.includes(name));
  return (
    <>
      <label>
        Attempt{' '}
        <select
          value={attempt}
          onChange={({ target }) =>
            onChange({ attempt: target.value, file: isNamed && STREAMS.includes(file) ? file : undefined })
          }
        >
          {attempts.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        File{' '}
        <select value={file} onChange={({ target }) => onChange({ attempt, file: target.value })}>
          {[...STREAMS, ...others].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </>
  );
}

function Steps({
  part: { start, end, size, hasBefore, hasAfter },
  isEnd,
  onStep,
}: {
  readonly part: Api['logWindow']['answer'];
  readonly isEnd: boolean;
  readonly onStep: (step: Step) => void;
}) {
  return (
    <Toolbar>
      <SteadyButton isOff={!hasBefore} onPress={() => onStep({ at: '0' })}>
        Start
      </SteadyButton>
      <SteadyButton isOff={!hasBefore} onPress={() => onStep({ before: String(start) })}>
        Earlier
      </SteadyButton>
      <SteadyButton isOff={!hasAfter} onPress={() => onStep({ at: String(end) })}>
        Later
      </SteadyButton>
      <SteadyButton isOff={isEnd} onPress={() => onStep({})}>
        End
      </SteadyButton>
      <span>
        {hasBefore || hasAfter
          ? `${formatBytes(start)} to ${formatBytes(end)} of ${formatBytes(size)}`
          : `all ${formatBytes(size)}`}
      </span>
    </Toolbar>
  );
}
