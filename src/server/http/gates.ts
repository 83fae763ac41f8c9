import type { ServedAnswer, ServedRequest } from '../../system/index.ts';
import { answerProblem } from './answers.ts';

/**
 * What a request must be before anything of it is used. Each gate gives the refusal, or undefined for a request that may
 * go on. The reasons are in docs/decisions/014-dashboard-server.md.
 */
export type Gate = (request: ServedRequest) => ServedAnswer | undefined;

/** Names that always mean this machine, whatever a name server says. */
const OWN_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** A page elsewhere whose name was made to point to this machine still sends its own name. */
export function makeHostGate(names: readonly string[]): Gate {
  const allowed = new Set([...OWN_NAMES, ...names.map((name) => name.toLowerCase())]);
  return ({ headers: { host = '' } }) => {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(host.toLowerCase())?.[1] ?? '';
    if (allowed.has(name)) return undefined;
    return answerProblem(421, {
      code: 'request.host',
      message: `this server does not answer for the host ${JSON.stringify(host.slice(0, 200))}`,
      why: 'only this machine and the names that it was started with are allowed',
      fix: 'sheaf serve --allow-host NAME',
    });
  };
}

export const checkMethod: Gate = ({ method }) =>
  method === 'GET' || method === 'POST'
    ? undefined
    : answerProblem(405, { code: 'request.method', message: 'only GET and POST are allowed' });

/**
 * Whether a page of this server asks. Browsers say so in Sec-Fetch-Site, for all pages but those over plain http from
 * another machine: there, Origin must name the host that is asked. Cookies do not tell ports apart.
 */
export const checkOrigin: Gate = ({ headers }) => {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || (site === undefined && isOwnOrigin(headers['origin'], headers['host']))) {
    return undefined;
  }
  return answerProblem(403, {
    code: 'request.origin',
    message: 'another page sent this request',
    why: 'only the pages of this server may ask it',
    fix: 'open the link that sheaf serve prints',
  });
};

/**
 * Whether a page of this server downloads. Over plain http from another machine a browser says nothing about who asks: the
 * ticket decides then, which only a page with a session gets.
 */
export const checkDownload: Gate = (request) => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  return origin === undefined && site === undefined ? undefined : checkOrigin(request);
};

const DEFAULT_PORTS: { readonly [scheme: string]: string } = { http: ':80', https: ':443' };

function isOwnOrigin(origin = '', host = ''): boolean {
  const [, scheme = '', name = ''] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? [];
  const withPort = (place: string): string => (/:\d+$/.test(place) ? place : `${place}${DEFAULT_PORTS[scheme] ?? ''}`);
  return name !== '' && withPort(name) === withPort(host);
}

/** A form of another site can send other types without asking first. */
export const checkContentType: Gate = ({ headers }) =>
  /^application\/json(; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '')
    ? undefined
    : answerProblem(415, { code: 'request.type', message: 'the body must be application/json' });
