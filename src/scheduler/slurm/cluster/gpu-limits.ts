/** A limit of GPUs: of any, and of single types, which accounting has in lower case. */
export interface GpuLimit {
  readonly any?: number;
  readonly byType: { readonly [gpuType: string]: number };
}

/** The GPUs in a limit such as `cpu=64,gres/gpu=4,gres/gpu:h200=2`. */
export function parseGpuLimit(tres = ''): GpuLimit {
  const limits = [...tres.matchAll(/(?:^|,)gres\/gpu(?::([^=,]+))?=(\d+)/g)].map(
    ([, type = '', count]) => [type.toLowerCase(), Number(count)] as const,
  );
  const any = limits.find(([type]) => type === '')?.[1];
  return { ...(any === undefined ? {} : { any }), byType: Object.fromEntries(limits.filter(([type]) => type !== '')) };
}
