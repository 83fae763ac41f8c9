/** The id of the list of all columns, parameters and metrics, which fields propose. */
export const KNOWN_NAMES = 'known-names';
