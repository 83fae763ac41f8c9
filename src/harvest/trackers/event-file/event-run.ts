import { Points } from '../../pick/points.ts';
import type { TrackedSeries, TrackedValue } from '../common/tracker.ts';
import { putValue } from '../common/values.ts';
import { EventReader } from './event.ts';
import type { HparamValue } from './hparams.ts';
import { TagTable, type Tag } from './tag-table.ts';

/** From this version of the format on, a session log records that a run has started again. */
const TELLS_RESTARTS = 2;

/**
 * The scalars and hyperparameters of the event files of one folder, in the order in which they are taken: a run, as
 * TensorBoard calls it. What a restart makes void is dropped as its EventAccumulator does
 * (tensorboard/backend/event_processing/event_accumulator.py): the start of a session drops all points of its step
 * and of later ones; in files of a version that does not record sessions, a step below the one before drops those of
 * its own tags.
 */
export class EventRun {
  readonly notes: string[] = [];
  readonly hparams: Map<string, TrackedValue> = new Map();
  private readonly tags: TagTable;
  private readonly event = new EventReader();
  private readonly odd = new Set<Tag>();
  private version = 0;
  private mostRecentStep = -1;
  private file = '';

  /** @param wants whether anybody asks for the scalars of a tag */
  constructor(wants: (tag: string) => boolean) {
    this.tags = new TagTable(wants);
  }

  /**
   * Takes one Event of `file`.
   *
   * @throws WireFault when the bytes are no Event
   */
  take(bytes: Uint8Array, start: number, end: number, file: string): void {
    const { event } = this;
    this.file = file;
    event.open(bytes, start, end);
    this.version = event.version ?? this.version;
    if (this.version >= TELLS_RESTARTS) this.dropAfterRestart();
    else this.dropOutOfOrder();
    event.eachValue(this.takeValue);
  }

  private dropAfterRestart(): void {
    if (!this.event.startsSession) return;
    for (const { points } of this.tags.all) points?.restartAt(this.event.step);
  }

  private dropOutOfOrder(): void {
    const { event } = this;
    if (event.step < this.mostRecentStep && event.hasSummary) {
      event.eachValue(() => this.tag().points?.restartAt(event.step));
    } else this.mostRecentStep = event.step;
  }

  private readonly takeValue = (): void => {
    const { event } = this;
    const tag = this.tag();
    if (event.hasMetadata) this.takeMetadata(tag);
    if (!tag.isWanted) return;
    if (event.isSimple) this.add(tag, event.simpleValue);
    else if (event.hasTensor && MAY_BE_SCALAR.has(tag.plugin)) this.addTensor(tag);
  };

  private tag(): Tag {
    return this.tags.find(this.event.bytes, this.event.tagStart, this.event.tagEnd);
  }

  /** The first metadata of a tag holds for all its values, for writers leave out the others. */
  private takeMetadata(tag: Tag): void {
    tag.plugin ??= this.event.plugin();
    if (tag.plugin === 'hparams') this.event.hparams(this.takeHparam);
  }

  private readonly takeHparam = (name: string, value: HparamValue): void => {
    const { file, event } = this;
    const time = Number.isNaN(event.time) ? {} : { time: event.time };
    putValue(this.hparams, `hparams/${name}`, { ...value, file, ...time }, this.notes);
  };

  private addTensor(tag: Tag): void {
    const number = this.event.tensorNumber();
    if (number !== undefined) this.add(tag, number);
    else if (tag.plugin === 'scalars') this.tellOdd(tag);
  }

  private tellOdd(tag: Tag): void {
    if (this.odd.has(tag)) return;
    this.odd.add(tag);
    this.notes.push(
      `${tag.name} of ${this.file} has values at step ${this.event.step} that are no single number: they are left out`,
    );
  }

  private add(tag: Tag, number: number): void {
    tag.points ??= new Points();
    tag.points.add(this.event.step, number, this.event.time);
    tag.file = this.file;
  }

  series(): Map<string, TrackedSeries> {
    const series = new Map<string, TrackedSeries>();
    for (const { name, points, file } of this.tags.all) {
      if (points !== undefined && points.length > 0) series.set(name, { points: points.series(), file });
    }
    return series;
  }
}

/** A tensor without a plugin may be a scalar of a writer that tells nothing of its values. */
const MAY_BE_SCALAR: ReadonlySet<string | undefined> = new Set(['scalars', '', undefined]);
