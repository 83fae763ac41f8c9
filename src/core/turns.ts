export type Turns = <T>(act: () => Promise<T>) => Promise<T>;

/** Acts one after the other, in the order in which they came. */
export function openTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const mine = last.then(act, act);
    last = mine;
    return mine;
  };
}
