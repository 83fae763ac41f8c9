import { inputError } from '../core/errors.ts';

/** How the dashboard is served. */
export interface ServeOptions {
  /** 0: one that is free. */
  readonly port: number;
  /** The path of a Unix socket, instead of an address. */
  readonly socket?: string | undefined;
  /** The address to listen on. Default: 127.0.0.1, which this machine alone can reach. */
  readonly bind?: string | undefined;
  /** What a proxy leaves in front of each path. */
  readonly basePath?: string | undefined;
  /** Names by which browsers may ask for the server, beside those of this machine itself. */
  readonly allowHosts: readonly string[];
  /** Whose connections over TCP are accepted: those of this user, or everyone's. */
  readonly peers: 'same' | 'any';
  /** Pages may act, and not only look. */
  readonly actions: boolean;
  /** Goes on if nobody uses it for 8 hours. */
  readonly keep: boolean;
}

const LAST_PORT = 65_535;

/**
 * Completes where to serve.
 *
 * @throws SheafError `serve.actions`, `serve.base-path`, `serve.bind`, `serve.port`
 */
export function checkPlace({ port, bind, basePath = '/', peers, allowHosts, actions }: ServeOptions): {
  readonly basePath: string;
  readonly address: string;
} {
  if (!/^[\w./~-]*$/.test(basePath) || basePath.split('/').includes('..')) {
    throw inputError('serve.base-path', `--base-path ${JSON.stringify(basePath)} is no path of a URL`, {
      fix: 'pass what the proxy leaves in front of each path, such as --base-path /node/login1/8642',
    });
  }
  if (port > LAST_PORT) {
    throw inputError('serve.port', `--port ${port} is no port`, { fix: 'leave --port out: sheaf finds a free port' });
  }
  const address = bind ?? '127.0.0.1';
  if (peers === 'same' && !isLoopback(address)) {
    throw inputError('serve.bind', `--bind ${address} lets other machines connect, whose users sheaf cannot check`, {
      why: 'by default the server accepts connections of your own account on this machine alone',
      fix: `use an ssh tunnel, which needs no --bind; or, if a proxy on another machine must connect: --bind ${address} --peer any`,
    });
  }
  const isBehindProxy = peers === 'any' || !isLoopback(address) || basePath !== '/' || allowHosts.length > 0;
  if (actions && isBehindProxy) {
    throw inputError('serve.actions', '--actions cannot be used behind a proxy', {
      why: 'other pages of the portal, and other accounts that reach the port, are too close to what acts',
      fix: 'leave out --bind, --peer, --base-path and --allow-host, and use an ssh tunnel or --socket',
    });
  }
  const parts = basePath.split('/').filter(Boolean);
  return { basePath: parts.length === 0 ? '/' : `/${parts.join('/')}/`, address };
}

/** Whether this machine alone can reach an address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
