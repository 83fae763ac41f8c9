/**
 * Does something with each item, `atOnce` at a time. After one throws, no other is started; those that run end first.
 *
 * @throws what the first one threw
 */
export async function runInParallel<T>(
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
