/** `node read-events.ts FILE`: reads an event file as `sheaf harvest` does, and prints its number of points. */
import { basename } from 'node:path';
import { tensorboard } from '../src/harvest/trackers/tensorboard.ts';
import { getFileFacts } from '../src/system/index.ts';

const [path = ''] = process.argv.slice(2);
const { size = 0, mtimeNs = 0n } = getFileFacts(path) ?? {};
const file = { path, shown: basename(path), size, mtimeNs, unfinished: false };
const { series } = await tensorboard.read([file], { wants: () => true });
process.stdout.write(`${[...series.values()].reduce((sum, { points }) => sum + points.steps.length, 0)}\n`);
