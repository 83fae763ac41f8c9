import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CachingAllocator, type MemoryBlock } from './allocator.ts';

const MIB = 2 ** 20;

function reservedFor(...sizes: readonly number[]): number {
  const allocator = new CachingAllocator();
  for (const size of sizes) allocator.allocate(size);
  return allocator.reserved;
}

test('small ones share segments of 2 MiB, middle ones of 20 MiB, large ones have their own in steps of 2 MiB', () => {
  expect(reservedFor(1)).toBe(2 * MIB);
  expect(reservedFor(MIB, MIB)).toBe(2 * MIB);
  expect(reservedFor(MIB, MIB, 1)).toBe(4 * MIB);
  expect(reservedFor(5 * MIB, 5 * MIB, 5 * MIB)).toBe(20 * MIB);
  expect(reservedFor(11 * MIB)).toBe(12 * MIB);
});

test('what is free is used again: whole, in part, and joined with its neighbours', () => {
  const allocator = new CachingAllocator();
  const blocks = [4, 4, 4, 4].map((mib) => allocator.allocate(mib * MIB));
  for (const block of blocks) allocator.release(block);
  allocator.allocate(16 * MIB);
  expect(allocator.reserved).toBe(20 * MIB);
});

test('a hole that is too small is no room, though there is enough in all', () => {
  const allocator = new CachingAllocator();
  const [first, , third] = [30, 30, 30].map((mib) => allocator.allocate(mib * MIB));
  for (const block of [first, third]) if (block !== undefined) allocator.release(block);
  allocator.allocate(40 * MIB);
  expect(allocator.reserved).toBe(130 * MIB);
});

test('never less than what is in use, and never more than all that was asked for with its rounding', () => {
  const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 64 * MIB }), free: fc.nat() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (wanted) => {
      const allocator = new CachingAllocator();
      const live: MemoryBlock[] = [];
      let rounded = 0;
      for (const { size, free } of wanted) {
        live.push(allocator.allocate(size));
        rounded += size + 20 * MIB;
        const [gone] = free % 3 === 0 ? live.splice(free % live.length, 1) : [];
        if (gone !== undefined) allocator.release(gone);
        const used = live.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(allocator.reserved).toBeGreaterThanOrEqual(used);
        expect(allocator.reserved).toBeLessThanOrEqual(rounded);
      }
    }),
  );
});
