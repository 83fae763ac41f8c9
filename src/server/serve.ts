import type { ExperimentManager } from '../app/index.ts';
import { listenHttp, type HttpServer } from '../system/index.ts';
import { answerRequest } from './http/answer-request.ts';
import { readAssets } from './http/assets.ts';

export interface ServeOptions {
  /** Default: one that is free. */
  readonly port?: number | undefined;
}

/** Serves the dashboard of a project on this machine until it is closed. */
export async function serveProject(manager: ExperimentManager, { port = 0 }: ServeOptions): Promise<HttpServer> {
  const serving = { assets: readAssets(), manager };
  return listenHttp({ host: '127.0.0.1', port }, (request) => answerRequest(request, serving));
}
