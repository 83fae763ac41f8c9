import { cleanText, findLongestJobS, type ClusterOffers, type Offer, type TableColumn } from '../../../app/index.ts';
import { formatCount, joinNotes } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import type { Screen } from '../../shell/terminal.ts';
import { formatTable } from '../../shell/table.ts';
import { wrap } from '../../shell/words.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'partition', priority: 9, maxWidth: 24 },
  { name: 'gpu', priority: 8, maxWidth: 20 },
  { name: 'GiB', verbatim: true, priority: 5 },
  { name: 'free', priority: 7 },
  { name: 'nodes', priority: 2 },
  { name: 'pending', priority: 6 },
  { name: 'limit', priority: 3 },
  { name: 'accounts', priority: 4, maxWidth: 40, minWidth: 12 },
];

/** The table and, for people, notes about single partitions below it. */
export function partitionsText({ offers, facts }: ClusterOffers, screen: Screen): string {
  if (offers.length === 0) return `${noOffersWords(facts.partitions.length)}\n`;
  const table = formatTable(
    COLUMNS,
    offers.map((offer) => cells(offer, facts)),
    screen,
  );
  if (!screen.tty) return table;
  const notes = joinNotes(offers.map((offer) => [`${offer.partition}${gpuOf(offer)}`, offer.notes]));
  const lines = notes.flatMap((note) => wrap(cleanText(note), screen.width));
  return lines.length === 0 ? table : `${table}\n${lines.join('\n')}\n`;
}

function noOffersWords(partitions: number): string {
  if (partitions === 0) return 'No partitions.';
  return `The cluster does not describe the nodes of ${formatCount(partitions, 'partition')}: describe them in sheaf.yaml under cluster: partitions:`;
}

function gpuOf({ gpuType }: Offer): string {
  return gpuType === undefined || gpuType === '' ? '' : ` (${gpuType})`;
}

function cells(offer: Offer, facts: ClusterOffers['facts']): (string | number | undefined)[] {
  const { partition, gpuType, gpu, gpusTotal, nodes, pendingJobs } = offer;
  const free = offer.gpusFree === undefined ? '?' : String(offer.gpusFree);
  return [
    partition,
    gpuType === undefined ? '-' : gpuType || (gpu?.name ?? 'no type'),
    gpuType === undefined ? undefined : gpu?.usableGib,
    gpuType === undefined ? undefined : `${free}/${offer.atLeast ? '?' : gpusTotal}`,
    offer.atLeast ? undefined : nodes,
    pendingJobs,
    limitText(offer, facts),
    accountsText(offer),
  ];
}

function limitText(offer: Offer, facts: ClusterOffers['facts']): string | undefined {
  const limitS = findLongestJobS(offer, facts);
  return limitS === Infinity ? undefined : formatDuration(limitS);
}

function accountsText({ accounts, isForAll }: Offer): string {
  const names = accountNames(accounts);
  if (names === undefined) return isForAll ? 'none needed' : 'unknown';
  return names.length === 0 ? 'none' : names.join(', ');
}

function accountNames(accounts: Offer['accounts']): readonly string[] | undefined {
  return accounts && [...new Set(accounts.map(({ account }) => account))];
}
