import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';

const frame = fc.oneof(
  fc.record({
    type: fc.constant('event' as const),
    job: fc.nat(),
    event: fc.string(),
    data: fc.jsonValue().filter((value) => !Object.is(value, -0)),
  }),
  fc.record({ type: fc.constant('cancel' as const), job: fc.nat() }),
  fc.record({
    type: fc.constant('bytes' as const),
    job: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  }),
);

test('frames survive being cut anywhere', () => {
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 97 }), (frames: Frame[], cut) => {
      const wire = Buffer.concat(frames.map(encodeFrame));
      const reader = new FrameReader();
      const read: Frame[] = [];
      for (let at = 0; at < wire.length; at += cut) {
        read.push(...reader.push(wire.subarray(at, at + cut)));
      }
      expect(JSON.stringify(read)).toBe(JSON.stringify(frames));
    }),
    { numRuns: 200 },
  );
});

test('a frame of absurd length is refused before it is read', () => {
  const header = Buffer.from([0xff, 0xff, 0xff, 0xff, 6]);
  expect(() => [...new FrameReader().push(header)]).toThrow('frame of');
});

test('random bytes never read as a frame without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 64 }), (bytes) => {
      const reader = new FrameReader();
      try {
        for (const read of reader.push(Buffer.from(bytes))) expect(read.type).toBe('bytes');
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});
