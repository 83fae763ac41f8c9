/** Makers and families that stand before the name proper. */
const MAKERS = /^(?:(?:nvidia|tesla|geforce|quadro|amd|instinct)_)+/;

/** A name as the catalogue has it: `NVIDIA A100-SXM4-80GB` is `a100_sxm4_80gb`. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(MAKERS, '')
    .replace(/^(rtx_pro_6000)_b$/, '$1');
}

/** A part of a GPU that a site offers as one. */
export interface Slice {
  /** What it is a part of; '' where the name does not tell. */
  readonly of: string;
  /** Sevenths (or quarters) of its units; undefined: they are shared by turns, as by NVIDIA's vGPU. */
  readonly units?: number;
  /** GB as in the name. */
  readonly memoryGb: number;
  /** `1g.10gb`, `20c`. */
  readonly profile: string;
}

/** `a100_3g.20gb`, `h100_80gb_hbm3_1g.10gb`, `a100_sxm4_80gb_mig_3g.40gb`, bare `1g.10gb`. */
const MIG = /^(?:(.*?)_)?(?:mig_)?([1-7])g\.(\d+)gb(?:\+\w+)*$/;
/** Short for those at some sites: `h100_1.10`. */
const MIG_SHORT = /^([a-z]+\d+)_([1-7])\.(\d+)$/;
/** A share of memory with all units by turns: `h100_20c`. */
const VGPU = /^([a-z]+\d+)_(\d+)c$/;

/** The slice that a plain name means; undefined: it means a whole GPU. */
export function sliceIn(plain: string): Slice | undefined {
  const [, of = '', units, memory] = MIG.exec(plain) ?? MIG_SHORT.exec(plain) ?? [];
  if (units !== undefined && memory !== undefined) {
    return { of, units: Number(units), memoryGb: Number(memory), profile: `${units}g.${memory}gb` };
  }
  const [, whole, share] = VGPU.exec(plain) ?? [];
  if (whole === undefined || share === undefined) return undefined;
  return { of: whole, memoryGb: Number(share), profile: `${share}c` };
}

/** The GB that a name says: `a100_80gb`, `tesla_a100_80g`, `h100_80gb_hbm3`. */
export function memoryIn(plain: string): { readonly gb: number; readonly rest: string } | undefined {
  const [all, gb] = /_(\d+)g(?:b|ib)?(?=_|$)/.exec(plain) ?? [];
  return all === undefined ? undefined : { gb: Number(gb), rest: plain.replace(all, '') };
}
