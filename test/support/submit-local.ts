import { readFileSync } from 'node:fs';
import { openLocalScheduler, type SubmitRequest } from '../../src/scheduler/index.ts';

/** Submits once, as a command of its own: `node submit-local.ts FILE`, with options and request as JSON in the file. */
const { options, request } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as {
  options: Parameters<typeof openLocalScheduler>[0];
  request: SubmitRequest;
};
process.stdout.write(JSON.stringify(await openLocalScheduler(options).submit(request)));
