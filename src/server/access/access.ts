import { hash64 } from '../../core/text/hash.ts';
import { isSameSecret, makeSecret, nowMs, randomId } from '../../system/index.ts';

/** A browser that used a link. */
interface Session {
  /** No secret. */
  readonly name: string;
  readonly cookie: string;
  readonly token: string;
  usedMs: number;
}

/** What a browser keeps: a cookie that its scripts cannot read, and a token that other sites cannot send. */
export interface Login {
  /** `name=value`. */
  readonly cookie: string;
  readonly token: string;
}

export const LINK_MINUTES = 5;
const LINK_MS = LINK_MINUTES * 60_000;
const IDLE_MS = 12 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** More failures within a minute are not the slips of a person. */
const MOST_FAILURES = 10;
/** Links that nobody used; the oldest one goes first. */
const MOST_LINKS = 20;

/**
 * Who may use the server: those who open a link, which works once and for five minutes. All of it is in memory, so that
 * nothing outlives the server: a cookie or a link of an earlier one opens nothing.
 */
export class Access {
  readonly #cookieName: string;
  readonly #now: () => number;
  #links: { readonly code: string; readonly endsMs: number }[] = [];
  #sessions: Session[] = [];
  #failedMs: number[] = [];

  /**
   * @param place where the project is: a browser keeps one cookie for each place, however often its server starts
   * @param now for tests, milliseconds since 1970
   */
  constructor(place: string, now: () => number = nowMs) {
    this.#cookieName = `sheaf_${hash64(place).toString(16)}`;
    this.#now = now;
  }

  /** Makes the code of a link. */
  makeCode(): string {
    const code = makeSecret();
    this.#links = [...this.#links, { code, endsMs: this.#now() + LINK_MS }].slice(-MOST_LINKS);
    return code;
  }

  /** Replaces a code by a session; undefined if there is no such code, or no longer. */
  login(code: string): Login | undefined {
    const now = this.#now();
    const links = this.#links.filter(({ endsMs }) => endsMs > now);
    const link = links.find((each) => isSameSecret(each.code, code));
    this.#links = links.filter((each) => each !== link);
    if (link === undefined) {
      this.#failedMs = [...this.#failedMs, now].slice(-MOST_FAILURES);
      return undefined;
    }
    const session: Session = { name: randomId(8), cookie: makeSecret(), token: makeSecret(), usedMs: now };
    this.#sessions.push(session);
    return { cookie: `${this.#cookieName}=${session.cookie}`, token: session.token };
  }

  /** Whether 10 codes were wrong within the last minute: the next one then has to wait. */
  isSuspicious(): boolean {
    const [oldest = 0] = this.#failedMs;
    return this.#failedMs.length === MOST_FAILURES && this.#now() - oldest < MINUTE_MS;
  }

  /**
   * The name of the session that a request belongs to, which then goes on for 12 more hours; undefined if there is none.
   *
   * @param token undefined for a request that only reads and cannot carry one
   */
  findSession(cookies: string, token?: string): string | undefined {
    const now = this.#now();
    this.#sessions = this.#sessions.filter(({ usedMs }) => now - usedMs < IDLE_MS);
    const cookie = findCookie(cookies, this.#cookieName);
    const session = this.#sessions.find((each) => isSameSecret(each.cookie, cookie));
    if (session === undefined || (token !== undefined && !isSameSecret(session.token, token))) return undefined;
    session.usedMs = now;
    return session.name;
  }

  /** Ends all sessions and links. Returns how many sessions there were. */
  revoke(): number {
    const count = this.#sessions.length;
    this.#sessions = [];
    this.#links = [];
    return count;
  }
}

function findCookie(cookies: string, name: string): string {
  const found = cookies.split(';').find((each) => each.trimStart().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1) ?? '';
}
