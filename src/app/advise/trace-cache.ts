import { TRACE_VERSION, type MemoryTrace, type TraceCache } from '../../advisor/index.ts';
import { openHostCache } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';

/**
 * Does something for which memory is estimated, with the memory traces of transformers that this host keeps: a search makes
 * dozens of them, tens of milliseconds each, and the next command mostly wants the same.
 */
export async function withTraceCache<T>(project: Project, work: (traces: TraceCache) => Promise<T>): Promise<T> {
  const cache = openHostCache<MemoryTrace>(project, `dry-runs-${TRACE_VERSION}`);
  try {
    return await work({
      get: (key) => cache.recall(key, ''),
      set: (key, trace) => cache.keep(key, '', trace),
    });
  } finally {
    cache.close();
  }
}
