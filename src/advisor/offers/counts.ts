import type { Offer } from '../offer.ts';
import type { Job } from '../job/job.ts';

/** GPUs on each of a number of nodes. */
export interface Shape {
  readonly nodes: number;
  readonly gpusPerNode: number;
}

/** More nodes than these are not advised unless they were asked for. */
const MOST_NODES = 8;

/**
 * The shapes that are tried: 1, 2, 4 … GPUs of one node, all of them, then 2, 4, 8 whole nodes; and the one that was
 * asked for. A node is filled before a second one is taken: jobs of one GPU on each of several nodes strand the rest.
 * If only one number of GPUs is to be weighed, the shape with that many.
 */
export function listShapes(job: Job, offer: Offer): Shape[] {
  const asked = askedShape(job);
  if (job.device === 'cpu') return [{ nodes: job.nodes ?? 1, gpusPerNode: 0 }];
  if (!job.mayChangeGpus) return [asked];
  if (job.gpus !== undefined) return [exactShape(job.gpus, offer)];
  const inNode = powersOfTwo(offer.gpusPerNode).map((gpusPerNode) => ({ nodes: 1, gpusPerNode }));
  const most = Math.min(offer.nodes, offer.maxNodes ?? Infinity, MOST_NODES);
  const whole = powersOfTwo(most)
    .filter((nodes) => nodes > 1)
    .map((nodes) => ({ nodes, gpusPerNode: offer.gpusPerNode }));
  const all = [...inNode, { nodes: 1, gpusPerNode: offer.gpusPerNode }, ...whole];
  const withAsked = job.gpusPerNode === undefined && job.nodes === undefined ? all : [...all, asked];
  return [...new Map(withAsked.map((shape) => [`${shape.nodes}x${shape.gpusPerNode}`, shape])).values()]
    .filter(({ gpusPerNode }) => gpusPerNode > 0)
    .toSorted((a, b) => a.nodes * a.gpusPerNode - b.nodes * b.gpusPerNode || a.nodes - b.nodes);
}

function askedShape({ device, nodes = 1, gpusPerNode = device === 'gpu' ? 1 : 0 }: Job): Shape {
  return { nodes, gpusPerNode };
}

/** More than a node has are on whole nodes, if they fill these; otherwise they are asked of one, which refuses them. */
function exactShape(gpus: number, { gpusPerNode }: Offer): Shape {
  const nodes = gpus / gpusPerNode;
  return nodes > 1 && Number.isInteger(nodes) ? { nodes, gpusPerNode } : { nodes: 1, gpusPerNode: gpus };
}

function powersOfTwo(most: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power <= most; power *= 2) powers.push(power);
  return powers;
}
