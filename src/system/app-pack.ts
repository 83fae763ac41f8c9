/**
 * The files of an archive by their names, as packages have it: the length of its index in 4 bytes, the lowest first; the index, which
 * says where each file begins and ends behind it; and the files.
 */
export function readPack(pack: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const length = new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
  const index = new TextDecoder().decode(pack.subarray(4, 4 + length));
  const files = pack.subarray(4 + length);
  const places = Object.entries(JSON.parse(index) as { readonly [name: string]: readonly [from: number, to: number] });
  return new Map(places.map(([name, [from, to]]) => [name, files.subarray(from, to)]));
}
