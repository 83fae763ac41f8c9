import manifest from '../../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;

/** The lowest version of Node that sheaf runs on. */
export const NEEDED_NODE: string = manifest.engines.node.replace('>=', '');
