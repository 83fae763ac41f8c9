/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: number } | undefined)?.errcode;
  return code === undefined ? undefined : code & 0xff;
}

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

/** The file is not, or no longer, a sound database. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** Any error of SQLite itself: the database could not do what was asked. */
export function isSqliteError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}
