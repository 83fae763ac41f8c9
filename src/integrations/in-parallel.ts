/**
 * Does something with each item, so many at a time. After the first that throws none is begun; those under way end first.
 *
 * @throws what the first one threw
 */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let thrown: { readonly error: unknown } | undefined;
  async function work(): Promise<void> {
    for (let next = queue.next(); thrown === undefined && next.done !== true; next = queue.next()) {
      try {
        await act(next.value);
      } catch (error) {
        thrown ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  if (thrown !== undefined) throw (thrown as { readonly error: unknown }).error;
}
