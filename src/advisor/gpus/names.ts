/** Makers and families that precede the name proper. */
const MAKERS = /^(?:(?:nvidia|tesla|geforce|quadro|amd|radeon|instinct|intel)_)+/;

/** A name as the catalogue has it: `NVIDIA A100-SXM4-80GB` is `a100_sxm4_80gb`. */
export function toPlainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[()]/g, '')
    .replace(/[\s-]+/g, '_')
    .replace(MAKERS, '')
    .replace(/^(rtx_pro_6000)_b$/, '$1');
}

/** Words that sites give to GPUs of any kind. */
const ANY = 'gpu gpus any generic shared cuda vgpu mig';
const ARCHITECTURES = 'fermi kepler maxwell pascal volta turing ampere ada lovelace ada_lovelace hopper blackwell cdna';
const FAMILIES = 'tesla geforce quadro titan gtx rtx rtx_pro rtx_pro_blackwell instinct radeon';

/** Why a type that is no name of a card says nothing of what its GPUs are; undefined: it may be a card. */
export function explainUnknownCard(gpuType: string): string | undefined {
  const name = gpuType.toLowerCase().replace(/[\s-]+/g, '_');
  const isIn = (words: string): boolean => words.split(' ').includes(name);
  if (name === '' || isIn(ANY)) return 'its GPUs have no type';
  if (isIn(ARCHITECTURES)) return `${gpuType} is an architecture, and does not say which card`;
  return isIn(FAMILIES) ? `${gpuType} is a family of cards, and does not say which` : undefined;
}

/** The GB that a name says: `a100_80gb`, `tesla_a100_80g`, `h100_80gb_hbm3`, `l40s_48`. */
export function findMemoryInName(plain: string): { readonly gb: number; readonly rest: string } | undefined {
  const [all, gb] = /_(\d{1,3})(?:g(?:b|ib)?(?=_|$)|$)/.exec(plain) ?? [];
  return all === undefined ? undefined : { gb: Number(gb), rest: plain.replace(all, '') };
}
