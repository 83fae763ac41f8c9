import { readOr } from '../machine.ts';

/** One end of a TCP connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A TCP connection as the server sees it. */
export interface Connection {
  readonly remote: Endpoint;
  readonly local: Endpoint;
}

/**
 * Finds out which user of this machine opened a connection to this server, from the kernel's table of sockets.
 *
 * Only a connection that is still open counts: for one that its owner has closed, the kernel says 0, which is root.
 *
 * @returns undefined if no process of this network namespace has the other end: it comes from another machine
 */
export function findPeerUid({ remote, local }: Connection): number | undefined {
  const mapped = ({ address, port }: Endpoint): Endpoint => ({ address: `::ffff:${address}`, port });
  const isIPv4 = !remote.address.includes(':');
  return (
    findOwner('/proc/net/tcp', remote, local) ??
    findOwner('/proc/net/tcp6', isIPv4 ? mapped(remote) : remote, isIPv4 ? mapped(local) : local)
  );
}

/** man proc_pid_net: `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode`. */
const ESTABLISHED = '01';

function findOwner(table: string, from: Endpoint, to: Endpoint): number | undefined {
  const key = ` ${formatEndpoint(from)} ${formatEndpoint(to)} ${ESTABLISHED} `;
  const text = readOr(table, '');
  const at = text.indexOf(key);
  if (at < 0) return undefined;
  const [, , , uid, , inode] = text
    .slice(at + key.length, text.indexOf('\n', at))
    .trim()
    .split(/\s+/);
  return uid === undefined || inode === undefined || inode === '0' ? undefined : Number(uid);
}

/** `0100007F:1F90`: words of 32 bits in the byte order of the machine, little-endian wherever sheaf runs. */
function formatEndpoint({ address, port }: Endpoint): string {
  const bytes = address.includes(':') ? parseIPv6(address) : address.split('.').map(Number);
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(4 * i, 4 * i + 4).toReversed());
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
  return `${words.flat().map(hex).join('')}:${hex(port >> 8)}${hex(port & 0xff)}`;
}

/** The 16 bytes of an address such as `::1` or `::ffff:127.0.0.1`. */
function parseIPv6(address: string): number[] {
  const plain = (address.split('%', 1)[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((word) => word.toString(16)).join(':'),
  );
  const [head = [], tail = []] = plain.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
}
