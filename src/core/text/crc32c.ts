/**
 * The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes` from `start` to `end`, masked as TFRecord files store it:
 * rotated right by 15 bits, plus a constant (tensorflow/core/lib/hash/crc32c.h).
 *
 * @returns unsigned, 32 bits
 */
export function computeMaskedCrc32c(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at += 1) crc = (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

const MASK_DELTA = 0xa282ead8;
const POLYNOMIAL_REVERSED = 0x82f63b78;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL_REVERSED : crc >>> 1;
  return crc;
});
