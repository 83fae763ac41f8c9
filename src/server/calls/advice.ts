import { ResourceAdvisor, type Advice } from '../../app/index.ts';
import { withoutUndefined } from '../../core/value.ts';
import { adviceJson, trackRecordJson, type AdviceJson, type TrackRecordJson } from '../../json/index.ts';
import { isoTime, nowMs } from '../../system/index.ts';
import type { CallContext, CallsOf } from './call.ts';
import { keepAnswers } from './keep-answers.ts';
import { count, listOf, mapOf, object, optional, text, wrong, type Reader } from './reading.ts';

/** What advice is for: an experiment, a template with values, or a training that only its parameters describe. */
export interface AdviceRequest {
  readonly expId?: string;
  readonly template?: string;
  /** Of a template: values by their path, as texts. */
  readonly sets?: { readonly [path: string]: string };
  /** Of a training that is neither: parameters under the names that programs have for them. */
  readonly params?: { readonly [name: string]: string | number | boolean };
  readonly stage?: string;
  /** An experiment to compare results with. */
  readonly like?: string;
  readonly globalBatch?: number;
  readonly maxMicroBatch?: number;
  readonly gpus?: number;
  readonly partitions?: readonly string[];
}

/** Where jobs fit, when they start, how long they run, and how such forecasts came true. */
export type AdviceApi = {
  /** As `sheaf advise`, but Slurm is never asked for its plan. Kept for a minute. */
  readonly advise: {
    readonly request: AdviceRequest;
    readonly answer: AdviceJson & {
      /** When it was computed, ISO 8601. */
      readonly at: string;
    };
  };
  /** As `sheaf advise --track-record`. */
  readonly trackRecord: { readonly request: object; readonly answer: TrackRecordJson };
};

/** From 1. */
const positive: Reader<number> = (value, name) => {
  if (value === 0) throw wrong(name, 'a whole number from 1');
  return count(value, name);
};

const scalar: Reader<string | number | boolean> = (value, name) => {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return text(value, name);
};

const KEPT_MS = 60_000;

export const adviceCalls: CallsOf<AdviceApi> = {
  advise: keepAnswers(KEPT_MS, {
    // Estimates take a while, and programs of the scheduler are asked.
    place: 'files',
    read: object({
      expId: optional(text),
      template: optional(text),
      sets: optional(mapOf(text)),
      params: optional(mapOf(scalar)),
      stage: optional(text),
      like: optional(text),
      globalBatch: optional(positive),
      maxMicroBatch: optional(positive),
      gpus: optional(positive),
      partitions: optional(listOf(text)),
    }),
    answer: async (request, context) => {
      const advice = await advise(request, context);
      return { ...adviceJson(advice, { flags: {}, sets: request.sets ?? {} }), at: isoTime(nowMs()) };
    },
  }),
  trackRecord: {
    place: 'files',
    read: object({}),
    answer: async (_, { manager }) => trackRecordJson(await manager.trackRecord()),
  },
};

function advise(request: AdviceRequest, { manager }: CallContext): Promise<Advice> {
  const { params, globalBatch, maxMicroBatch, gpus, partitions } = request;
  if (params === undefined) return manager.advise({ ...request, withoutPlans: true });
  const options = withoutUndefined({ globalBatch, maxMicroBatch, gpus, partitions });
  return new ResourceAdvisor({ manager }).advise({ params, ...options, withoutPlans: true });
}
