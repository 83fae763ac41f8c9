import type { Problem } from '../../core/errors.ts';
import type { SearchRequest } from '../../core/settings/search-settings.ts';
import type { Price, Selector } from '../project/types.ts';

/** Texts by name, as on the command line: `{ lr: '0.1' }`. */
export type Texts = { readonly [name: string]: string };

/** What a page may say of an experiment that is made: parameters and resources alone, nothing that runs. */
export interface Making {
  /** Parameters by their path: `{ 'optimizer.lr': '0.1' }`. */
  readonly params?: Texts;
  /** Those of {@link ACTION_RESOURCES}. */
  readonly resources?: Texts;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Submit it, too. */
  readonly submit?: boolean;
}

/** What varies in a sweep. */
export interface Space {
  /** Values with commas between them, by parameter. */
  readonly grid?: Texts;
  readonly zip?: Texts;
  /** The seed is given: what was planned is what is made. */
  readonly random?: {
    /** Absent: as many members are proposed as the search of the sweep says. */
    readonly count?: number;
    readonly seed: number;
    readonly draws: Texts;
  };
}

/** How a sweep goes on by itself. A page never names a program that proposes its members. */
export interface PageSearch extends Omit<SearchRequest, 'by'> {
  readonly by?: 'random' | 'tpe';
}

/** Something to do to experiments that exist. */
export type ActionOnExperiments = { readonly which: Selector } & (
  | { readonly kind: 'tag'; readonly add?: readonly string[]; readonly remove?: readonly string[] }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'archive'; readonly undo?: boolean }
  | {
      readonly kind: 'cancel';
      /** They end softly, with the status `stopped`, for this reason. Absent: the scheduler ends them. */
      readonly stop?: string;
    }
  | { readonly kind: 'hold' | 'release' | 'requeue' | 'harvest' }
  | { readonly kind: 'submit'; readonly resources?: Texts; readonly maxParallel?: number }
  | { readonly kind: 'retry'; readonly resources?: Texts; readonly fresh?: boolean }
);

/** Whether runs are to end by themselves rather than by the scheduler. */
export function isSoftStop<A extends Action>(
  action: A,
): action is A & { readonly kind: 'cancel'; readonly stop: string } {
  return action.kind === 'cancel' && action.stop !== undefined;
}

/** Something to make. */
export type ActionOfMaking =
  | (Making & { readonly kind: 'new'; readonly template: string; readonly expId?: string; readonly notes?: string })
  | (Making & { readonly kind: 'clone'; readonly id: string; readonly newId?: string })
  | (Making &
      Space &
      Throttle & {
        readonly kind: 'sweep';
        readonly template: string;
        readonly name?: string;
        readonly search?: PageSearch;
      })
  | (Space & { readonly kind: 'extend'; readonly name: string; readonly submit?: boolean } & Throttle);

/** What a form makes. */
export type FormAction = Extract<ActionOfMaking, { readonly kind: 'new' | 'sweep' }>;

interface Throttle {
  readonly maxParallel?: number;
}

/** How many members of a sweep run at once from now on; 0: no limit. */
export interface Throttling {
  readonly kind: 'throttle';
  readonly name: string;
  readonly maxParallel: number;
}

/** Something that a page of the dashboard can have done. */
export type Action = ActionOnExperiments | ActionOfMaking | Throttling;

/** What an action would do. */
export interface ActionPlan {
  /** `Cancel 2 experiments` */
  readonly title: string;
  /** What it does to which, and what stays as it is and why. */
  readonly lines: readonly string[];
  /** Experiments that it makes or changes; 0: there is nothing to do. */
  readonly count: number;
  /** Of what it submits. */
  readonly price?: Price;
  /** The line for a shell that does the same. */
  readonly command: string;
  readonly warnings: readonly string[];
  /** Another one as soon as the action would do something else, or to an experiment that changed: 64 hexadecimal digits. */
  readonly id: string;
}

/** What an action did. */
export interface ActionOutcome {
  /** `Cancelled 2 experiments` */
  readonly title: string;
  /** Experiments that it changed or made: at most 1,000. */
  readonly expIds: readonly string[];
  readonly sweep?: string;
  /** What stayed as it was, and why. */
  readonly lines: readonly string[];
  /** What went wrong with some of them. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}
