/** A dashboard that is being served; or what `--revoke` or `--stop` did to one. */
export type ServeJson = RunningServerJson | { readonly revoked_sessions: number } | { readonly stopped_pid: number };

type RunningServerJson = {
  /** Where it is, for a browser that has a session. */
  readonly url: string;
  /** What opens it: once, for five minutes. Anyone who has it can read the project. */
  readonly link: string;
  readonly pid: number;
  /** The path of the Unix socket that it listens on; null if it listens on a port. */
  readonly socket: string | null;
};

export function serveJson({
  url,
  link,
  pid,
  socket,
}: {
  readonly url: string;
  readonly link: string;
  readonly pid: number;
  readonly socket?: string;
}): ServeJson {
  return { url, link, pid, socket: socket ?? null };
}
