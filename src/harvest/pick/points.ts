import type { Series } from '../../core/experiment/series.ts';

const FIRST_ROOM = 64;

/** A series that grows, in the order in which a run writes it. */
export class Points {
  private steps: Float64Array<ArrayBuffer> = new Float64Array(FIRST_ROOM);
  private values: Float64Array<ArrayBuffer> = new Float64Array(FIRST_ROOM);
  private times: Float64Array<ArrayBuffer> = new Float64Array(FIRST_ROOM);
  private count = 0;
  private isOrdered = true;

  get length(): number {
    return this.count;
  }

  /** @param time seconds since 1970 */
  add(step: number, value: number, time: number = NaN): void {
    if (this.count === this.steps.length) this.grow();
    if (this.count > 0 && step < (this.steps[this.count - 1] ?? 0)) this.isOrdered = false;
    this.steps[this.count] = step;
    this.values[this.count] = value;
    this.times[this.count] = time;
    this.count += 1;
  }

  /** A run began again from this step: what it had written of it and of later ones counts no more. */
  restartAt(step: number): void {
    if (this.isOrdered) {
      while (this.count > 0 && (this.steps[this.count - 1] ?? 0) >= step) this.count -= 1;
      return;
    }
    let kept = 0;
    for (let i = 0; i < this.count; i += 1) {
      if ((this.steps[i] ?? 0) >= step) continue;
      this.steps[kept] = this.steps[i] ?? 0;
      this.values[kept] = this.values[i] ?? 0;
      this.times[kept] = this.times[i] ?? 0;
      kept += 1;
    }
    this.count = kept;
  }

  series(): Series {
    const series = this.asWritten();
    return this.isOrdered ? series : sortedBySteps(series);
  }

  /** In the order in which they were added, whatever the steps. */
  asWritten(): Series {
    const [steps, values, times] = [this.steps, this.values, this.times].map((all) => all.slice(0, this.count));
    return { steps: steps ?? EMPTY, values: values ?? EMPTY, times: times ?? EMPTY };
  }

  addAll({ steps, values, times }: Series): void {
    steps.forEach((step, i) => this.add(step, values[i] ?? NaN, times[i]));
  }

  private grow(): void {
    this.steps = larger(this.steps);
    this.values = larger(this.values);
    this.times = larger(this.times);
  }
}

const EMPTY = new Float64Array();

function larger(full: Float64Array): Float64Array<ArrayBuffer> {
  const room = new Float64Array(full.length * 2);
  room.set(full);
  return room;
}

function sortedBySteps({ steps, values, times }: Series): Series {
  const order = Uint32Array.from(steps.keys()).toSorted((a, b) => (steps[a] ?? 0) - (steps[b] ?? 0) || a - b);
  const inOrder = (all: Float64Array): Float64Array => Float64Array.from(order, (i) => all[i] ?? 0);
  return { steps: inOrder(steps), values: inOrder(values), times: inOrder(times) };
}
