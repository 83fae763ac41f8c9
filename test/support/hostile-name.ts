/** Hard on every quoting mistake. */
export const HOSTILE_NAME = `it's "a"\n$(touch broken) \\ & project`;
