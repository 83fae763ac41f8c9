/** A plan that is being done, for the case that the page is loaded again before it is. */
export interface Acting {
  readonly plan: string;
  readonly title: string;
}

const KEPT = 'sheaf-acting';

export function keepActing(acting: Acting): void {
  sessionStorage.setItem(KEPT, JSON.stringify(acting));
}

/** What was being done when the page was loaded again, or lost the server. */
export function readActing(): Acting | undefined {
  const text = sessionStorage.getItem(KEPT);
  return text === null ? undefined : (JSON.parse(text) as Acting);
}

export function forgetActing(): void {
  sessionStorage.removeItem(KEPT);
}
