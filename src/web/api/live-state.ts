import type { ProblemJson } from '../../json/index.ts';
import type { ChangedEvent, LiveEvents, SchedulerState } from '../../server/index.ts';

/** How the page learns what changes. */
export interface LiveInfo {
  readonly connection: 'connecting' | 'live' | 'polling' | 'disconnected';
  /** Why the server refuses an event stream. */
  readonly refusal?: string | undefined;
  readonly scheduler: SchedulerState | undefined;
  /** Why the project cannot be read now. */
  readonly record: ProblemJson | undefined;
  /** Why something that jobs did could not be recorded. */
  readonly unrecorded?: string | undefined;
}

/** Something that a screen follows has grown. */
export type Growth =
  | { readonly kind: 'log'; readonly log: LiveEvents['log'] }
  | { readonly kind: 'curve'; readonly id: string };

let info: LiveInfo = { connection: 'connecting', scheduler: undefined, record: undefined };
let version: number | undefined;

const infoListeners = new Set<() => void>();
const changeListeners = new Set<(changed: ChangedEvent) => void>();
const growthListeners = new Set<(growth: Growth) => void>();

export function getInfo(): LiveInfo {
  return info;
}

/** The version of the record up to which this page knows what changed; undefined before it has heard anything. */
export function getVersion(): number | undefined {
  return version;
}

export function onInfo(listener: () => void): () => void {
  infoListeners.add(listener);
  return () => infoListeners.delete(listener);
}

export function onChange(listener: (changed: ChangedEvent) => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

export function onGrowth(listener: (growth: Growth) => void): () => void {
  growthListeners.add(listener);
  return () => growthListeners.delete(listener);
}

export function setConnection(connection: LiveInfo['connection'], refusal?: string): void {
  if (connection !== info.connection || refusal !== info.refusal) setInfo({ ...info, connection, refusal });
}

/** Takes over what another tab knows. */
export function takeOver(theirs: LiveInfo, theirVersion: number | undefined): void {
  version ??= theirVersion;
  setInfo(theirs);
}

function setInfo(next: LiveInfo): void {
  info = next;
  for (const listener of infoListeners) listener();
}

/** An event of the server, heard by this tab or by the one that listens for all. */
export function hearEvent<N extends keyof LiveEvents>(name: N, data: LiveEvents[N]): void {
  const event = { name, data } as { [M in keyof LiveEvents]: { name: M; data: LiveEvents[M] } }[keyof LiveEvents];
  switch (event.name) {
    case 'hello':
      setInfo({ ...info, ...readRecordState(event.data), scheduler: event.data.scheduler });
      setConnection('live');
      // What changed before the first one is not known.
      if (version === undefined) change({ version: event.data.version, keys: [], ids: [], reset: false });
      break;
    case 'changed':
      change(event.data);
      break;
    case 'scheduler':
      setInfo({ ...info, scheduler: event.data });
      break;
    case 'record':
      setInfo({ ...info, ...readRecordState(event.data) });
      break;
    case 'log':
      grow({ kind: 'log', log: event.data });
      break;
    case 'curve':
      grow({ kind: 'curve', id: event.data.id });
  }
}

function readRecordState({ problem, unrecorded }: LiveEvents['record']): Pick<LiveInfo, 'record' | 'unrecorded'> {
  return { record: problem ?? undefined, unrecorded: unrecorded ?? undefined };
}

function change(changed: ChangedEvent): void {
  ({ version } = changed);
  for (const listener of changeListeners) listener(changed);
}

function grow(growth: Growth): void {
  for (const listener of growthListeners) listener(growth);
}
