/** A dashboard that is being served. */
export type ServeJson = {
  /** Where it is, for a browser that has a session. */
  readonly url: string;
};
