/** A tracking server of MLflow, as `mlflow server` starts it: on this machine only, with its data in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Python } from './interop.ts';

export interface TestServer {
  readonly uri: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
}

/** Starts one. Ending it is up to who asked for it. @param folder that is there */
export async function mlflowServer(python: Pick<Python, 'bin'>, folder: string): Promise<TestServer> {
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  mkdirSync(join(folder, 'files'), { recursive: true });
  const server: TestServer = {
    uri,
    kill: async () => {
      const { pid } = child ?? {};
      if (pid === undefined) return;
      const gone = new Promise((resolve) => child?.once('exit', resolve));
      process.kill(-pid, 'SIGKILL');
      await gone;
      child = undefined;
    },
    start: async () => {
      const log = join(folder, 'server.log');
      const out = openSync(log, 'a');
      const data = [
        '--backend-store-uri',
        `sqlite:///${folder}/mlflow.db`,
        '--artifacts-destination',
        `${folder}/files`,
      ];
      const words = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '2', ...data];
      // Nothing here needs its queues of jobs.
      const env = { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };
      // A group of its own: it has workers.
      child = spawn(join(python.bin, 'mlflow'), words, {
        cwd: folder,
        env,
        detached: true,
        stdio: ['ignore', out, out],
      });
      await answers(`${uri}/health`, () => readFileSync(log, 'utf8'));
    },
  };
  await server.start();
  return server;
}

/** Generous: a busy machine takes its time to load it. */
const PATIENCE_S = 120;

async function answers(url: string, log: () => string): Promise<void> {
  for (let i = 0; i < PATIENCE_S * 5; i += 1) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`mlflow server does not come up:\n${log()}`);
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
