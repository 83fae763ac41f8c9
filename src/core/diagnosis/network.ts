import { formatPlace, type RuleMatch, type Rule } from './rule.ts';

/** Processes that wait for each other, and the network. */
export const NETWORK_RULES: readonly Rule[] = [
  {
    code: 'port_in_use',
    pattern: /Address already in use|EADDRINUSE/,
    better: /port: (?<port>\d+)|failed to bind to \S*:(?<bound>\d+)|\('[\w.:]*', (?<pair>\d+)\)/,
    says: (found) => {
      const { port, bound, pair } = found.groups;
      const number = port ?? bound ?? pair;
      return `the port${number === undefined ? '' : ` ${number}`} is in use on the node${formatPlace(found)}`;
    },
    fix: 'another job on the node has it: let launcher: torchrun choose one, or take one that depends on SLURM_JOB_ID',
  },
  {
    code: 'hub_access',
    pattern: /GatedRepoError|gated repo\b|RepositoryNotFoundError|401 Client Error.*huggingface/,
    says: (found) => `the model hub gives no access to it${formatPlace(found)}`,
    fix: 'accept its conditions on the site, and pass your token on: environment: {exports: {HF_TOKEN: null}}',
  },
  {
    code: 'hub_offline',
    pattern:
      /couldn't connect to '?https:\/\/huggingface|LocalEntryNotFoundError|OfflineModeIsEnabled|outgoing traffic has been disabled|host='huggingface\.co'|ConnectionError: Couldn't reach/,
    says: (found) => `the model hub could not be reached, and what it needs is not in the cache${formatPlace(found)}`,
    fix: 'compute nodes often have no internet: download on the login node first, then exports: {HF_HUB_OFFLINE: 1}',
  },
  {
    code: 'wandb_login',
    pattern:
      /wandb.*(?:api_key not configured|No API key configured)|wandb\.errors\.\w*(?:UsageError|AuthenticationError)/,
    says: 'W&B has no key to log in with',
    fix: 'wandb login on the login node, or exports: {WANDB_API_KEY: null}, or {WANDB_MODE: offline}',
  },
  {
    code: 'no_network',
    pattern:
      /Temporary failure in name resolution|Name or service not known|Network is unreachable|Could not resolve host|No route to host/,
    says: (found) => `the network could not be reached${formatPlace(found)}`,
    fix: 'compute nodes often have no internet: download on the login node first',
  },
  {
    code: 'collective_timeout',
    consequence: true,
    pattern:
      /Watchdog caught collective operation timeout: \w+\(SeqNum=(?<seq>\d+), OpType=(?<op>\w+).*?Timeout\(ms\)=(?<ms>\d+)/,
    says: ({ groups }) => {
      const { op, seq, ms } = groups;
      return `NCCL waited ${seconds(ms)} s for a process that did not come to the same call (${op ?? ''}, number ${seq ?? ''})`;
    },
    fix: 'look for the process that stopped or went another way: sheaf logs --err; then NCCL_DEBUG=INFO, TORCH_DISTRIBUTED_DEBUG=DETAIL',
  },
  {
    code: 'collective_timeout',
    consequence: true,
    pattern:
      /Timed out waiting (?<ms>\d+) ?ms for (?:recv|send|\w+) operation|[Ww]ait timeout after (?<waited>\d+) ?ms|Rank \d+ failed to pass monitoredBarrier/,
    says: (found) =>
      `a process waited ${seconds(found.groups['ms'] ?? found.groups['waited'])} s for another one that did not come${formatPlace(found)}`,
    fix: 'look for the process that stopped or went another way: sheaf logs --err; then TORCH_DISTRIBUTED_DEBUG=DETAIL',
  },
  {
    code: 'rendezvous_timeout',
    pattern:
      /RendezvousTimeoutError|Timed out after (?<s>\d+) seconds? waiting for clients|client socket has timed out after (?<ms>\d+)|RendezvousConnectionError|DistStoreError/,
    says: (found) => `the processes did not find each other${formatPlace(found)}`,
    fix: 'the first node did not start, or its port cannot be reached from the others: NCCL_SOCKET_IFNAME, GLOO_SOCKET_IFNAME name the network to use',
  },
  {
    code: 'nccl_error',
    consequence: true,
    pattern: /NCCL error in: |ncclSystemError|ncclUnhandledCudaError|ncclInternalError|ncclRemoteError/,
    better: /(?:Last error:|NCCL WARN) (?<why>.+)/,
    says: (found) =>
      `NCCL failed${found.groups['why'] === undefined ? '' : `: ${found.groups['why']}`}${formatPlace(found)}`,
    fix: 'exports: {NCCL_DEBUG: INFO} lets it say more; try another node',
  },
  {
    code: 'peer_gone',
    consequence: true,
    pattern:
      /Connection closed by peer|Connection reset by peer|Broken pipe|recvValue failed|NCCL communicator was aborted/,
    says: (found) => `another process of the program went away${formatPlace(found)}`,
    fix: 'why that one ended is in its own log',
  },
  {
    code: 'connection_refused',
    pattern: /Connection refused/,
    says: (found) => `nothing answers where it wanted to connect${formatPlace(found)}`,
    fix: 'is the server running, and on this node? Ports of other nodes may be closed',
  },
];

function seconds(ms: string | undefined): string {
  return ms === undefined ? 'without success,' : String(Math.round(Number(ms) / 1_000));
}

/** Something that a program says when it was asked to end. */
export const ASKED_TO_END: readonly Rule[] = [
  {
    code: 'interrupted',
    consequence: true,
    pattern: /^KeyboardInterrupt\b|SignalException: Process \d+ got signal: \d+/,
    says: (found: RuleMatch) => `it was interrupted${formatPlace(found)}`,
  },
];
