import type { Followed, LiveEvents } from '../../server/index.ts';
import { callApi } from './call-api.ts';
import { getFollowedHere, mergeFollowed, NOTHING_FOLLOWED } from './followed.ts';
import { getInfo, getVersion, hearEvent, setConnection, takeOver, type LiveInfo } from './live-state.ts';
import { readStream } from './live-stream.ts';
import { actInOneTab } from './one-tab.ts';

/** What the tabs of a browser tell each other: one of them listens to the server for all. */
type Message =
  | { readonly kind: 'event'; readonly name: keyof LiveEvents; readonly data: LiveEvents[keyof LiveEvents] }
  | { readonly kind: 'lost'; readonly how: 'polling' | 'disconnected'; readonly refusal?: string | undefined }
  /** How all stands, for a tab that has just come. */
  | { readonly kind: 'info'; readonly info: LiveInfo; readonly version: number | undefined }
  /** Of a tab that has just come, or that listens from now on. */
  | { readonly kind: 'tell-me' }
  | { readonly kind: 'follow'; readonly tab: string; readonly followed: Followed };

const NAME = `sheaf-live:${location.pathname}`;

let channel: BroadcastChannel | undefined;
const tab: string = Math.random().toString(36).slice(2);
const followedByTab = new Map<string, Followed>();
/** The name of the event stream of this tab, if it listens for all. */
let stream: string | undefined;

/** Begins to listen; once is enough. */
export function startLive(): void {
  if (channel !== undefined) return;
  channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => hearTab(data));
  document.addEventListener('visibilitychange', () => {
    tellFollowed();
    void catchUp();
  });
  addEventListener('pagehide', () => tellFollowed(NOTHING_FOLLOWED));
  tell({ kind: 'tell-me' });
  actInOneTab(NAME, lead);
}

function lead(signal: AbortSignal): void {
  signal.addEventListener('abort', () => (stream = undefined), { once: true });
  tell({ kind: 'tell-me' });
  void readStream(signal, {
    since: getVersion,
    heard: (name, data) => {
      tell({ kind: 'event', name, data });
      hearEvent(name, data);
      if (name !== 'hello') return;
      ({ stream } = data as LiveEvents['hello']);
      sendFollowed();
    },
    lost: (how, refusal) => {
      tell({ kind: 'lost', how, refusal });
      setConnection(how, refusal);
    },
  });
}

/** A tab that was hidden may have missed something. */
async function catchUp(): Promise<void> {
  const since = getVersion();
  if (since === undefined || document.visibilityState === 'hidden') return;
  const changes = await callApi('changes', { since }).catch(() => undefined);
  if (changes === undefined || changes.version === since) return;
  hearEvent('changed', { version: changes.version, keys: [], ids: [], reset: true });
}

function tell(message: Message): void {
  channel?.postMessage(message);
}

function hearTab(message: Message): void {
  switch (message.kind) {
    case 'event':
      hearEvent(message.name, message.data);
      break;
    case 'lost':
      setConnection(message.how, message.refusal);
      break;
    case 'info':
      takeOver(message.info, message.version);
      break;
    case 'tell-me':
      if (stream !== undefined) tell({ kind: 'info', info: getInfo(), version: getVersion() });
      tellFollowed();
      break;
    case 'follow':
      followedByTab.set(message.tab, message.followed);
      sendFollowed();
  }
}

/** Tells the tab that listens what the screens of this one show. */
export function tellFollowed(followed: Followed = getFollowedHere()): void {
  followedByTab.set(tab, followed);
  tell({ kind: 'follow', tab, followed });
  sendFollowed();
}

/** A server that does not know the stream any more has ended it: another one begins soon. */
function sendFollowed(): void {
  if (stream === undefined) return;
  callApi('follow', { stream, ...mergeFollowed(followedByTab.values()) }).catch(() => undefined);
}
