import { SheafError, toProblem } from '../../core/errors.ts';
import { problemJson } from '../../json/index.ts';
import type { ServedAnswer, ServedRequest } from '../../system/index.ts';
import { findCall } from '../calls/calls.ts';
import type { CallContext } from '../calls/call.ts';
import type { Asset } from './assets.ts';

/** A longer body is refused. */
const LONGEST_BODY = 1_000_000;

/** What requests are answered from. */
export interface Serving {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly manager: CallContext['manager'];
}

/** Answers one request. Throws nothing: what goes wrong is an answer, too. */
export async function answerRequest(request: ServedRequest, serving: Serving): Promise<ServedAnswer> {
  const path = request.target.split('?', 1)[0] ?? '';
  if (request.method === 'GET') return answerAsset(path.slice(1), serving);
  if (request.method !== 'POST') return plain(405, 'this method is not known here');
  if (!path.startsWith('/api/')) return plain(404, 'there is no such page');
  try {
    return await answerCall(path.slice('/api/'.length), request, serving);
  } catch (error) {
    const status = error instanceof SheafError && error.exitCode === 2 ? 400 : 500;
    return json(status, { error: problemJson(toProblem(error)) });
  }
}

function answerAsset(path: string, { assets }: Serving): ServedAnswer {
  const asset = assets.get(path);
  if (asset === undefined) return plain(404, 'there is no such page');
  return { status: 200, headers: { 'content-type': asset.type }, body: asset.bytes };
}

async function answerCall(name: string, request: ServedRequest, { manager }: Serving): Promise<ServedAnswer> {
  const call = findCall(name);
  if (call === undefined) return plain(404, 'there is no such call');
  const body = await request.readBody(LONGEST_BODY);
  if (body === undefined) return plain(413, 'the request is too long');
  const asked = call.read(JSON.parse(new TextDecoder().decode(body)), 'request');
  const answer = await call.answer(asked, { manager, signal: request.signal });
  if (answer instanceof Uint8Array) {
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: answer };
  }
  return json(200, answer);
}

function json(status: number, value: unknown): ServedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function plain(status: number, text: string): ServedAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
