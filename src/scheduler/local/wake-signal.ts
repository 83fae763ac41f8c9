/** Wakes one sleeper. A call of `wake` while nobody sleeps is not lost: the next wait ends at once. */
export class WakeSignal {
  #pending = false;
  #wake: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Until it is woken, or `ms` milliseconds at most. */
  async wait(ms: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#pending = false;
    this.#wake = undefined;
  }
}
