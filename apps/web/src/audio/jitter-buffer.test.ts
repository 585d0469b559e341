import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JitterBuffer } from './jitter-buffer.ts';

const options = { startSeconds: 0.1, recoverSeconds: 0.5, leadSeconds: 0.03 };

describe('the jitter buffer', () => {
  test('waits for a little audio, then starts', () => {
    const buffer = new JitterBuffer(options);
    expect(buffer.schedule(0.05, 0, false)).toBeUndefined();
    expect(buffer.schedule(0.15, 1, false)).toEqual({ startsAt: 1.03, fadeIn: true });
  });

  test('joins what arrives in time without a gap', () => {
    const buffer = new JitterBuffer(options);
    buffer.schedule(1, 0, false);
    expect(buffer.schedule(0.5, 0.4, false)).toEqual({ startsAt: 1.03, fadeIn: false });
    expect(buffer.soundsUntil).toBeCloseTo(1.53);
    expect(buffer.underruns).toBe(0);
  });

  test('counts an underrun once, holds more, and says how long it was silent', () => {
    const buffer = new JitterBuffer(options);
    buffer.schedule(1, 0, false);
    expect(buffer.schedule(0.2, 2, false)).toBeUndefined();
    expect(buffer.schedule(0.4, 2.5, false)).toBeUndefined();
    expect(buffer.schedule(0.6, 3, false)).toEqual({ startsAt: 3.03, fadeIn: true });
    expect(buffer.underruns).toBe(1);
    expect(buffer.starvedSeconds).toBeCloseTo(2);
  });

  test('on a connection that is too slow pauses grow fewer: each holds twice as much as the one before', () => {
    const buffer = new JitterBuffer(options);
    buffer.schedule(1, 0, false);
    const heldWhenItSounds: number[] = [];
    let held = 0;
    for (let tenth = 10; tenth < 400; tenth++) {
      // Six seconds of audio in ten.
      held += 0.06;
      const run = buffer.schedule(held, tenth / 10, false);
      if (run?.fadeIn) heldWhenItSounds.push(held);
      if (run) held = 0;
    }
    const wanted = [0.5, 1, 2, 4, 4];
    expect(heldWhenItSounds).toHaveLength(wanted.length);
    for (const [pause, seconds] of wanted.entries()) {
      expect(heldWhenItSounds[pause]).toBeGreaterThanOrEqual(seconds);
      expect(heldWhenItSounds[pause]).toBeLessThan(seconds + 0.1);
    }
  });

  test('a short rest sounds once nothing more will come', () => {
    const buffer = new JitterBuffer(options);
    expect(buffer.schedule(0.02, 0, false)).toBeUndefined();
    expect(buffer.schedule(0.02, 0.5, true)).toEqual({ startsAt: 0.53, fadeIn: true });
    expect(buffer.schedule(0, 1, true)).toBeUndefined();
  });

  test('a jump is no underrun', () => {
    const buffer = new JitterBuffer(options);
    buffer.schedule(1, 0, false);
    buffer.restart();
    expect(buffer.schedule(5, 0.5, false)).toEqual({ startsAt: 0.53, fadeIn: true });
    expect(buffer.underruns).toBe(0);
  });

  test('runs never overlap and never start in the past, however audio arrives', () => {
    const arrivals = fc.array(
      fc.record({
        afterSeconds: fc.double({ min: 0, max: 2, noNaN: true }),
        audioSeconds: fc.double({ min: 0.001, max: 2, noNaN: true }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(arrivals, (steps) => {
        const buffer = new JitterBuffer(options);
        let now = 0;
        let held = 0;
        let soundedUntil = 0;
        steps.forEach((step, i) => {
          now += step.afterSeconds;
          held += step.audioSeconds;
          const run = buffer.schedule(held, now, i === steps.length - 1);
          if (!run) return;
          expect(run.startsAt).toBeGreaterThanOrEqual(now);
          if (run.fadeIn) expect(run.startsAt).toBeGreaterThanOrEqual(soundedUntil);
          else expect(run.startsAt).toBe(soundedUntil);
          soundedUntil = run.startsAt + held;
          held = 0;
        });
        expect(held).toBe(0);
      }),
    );
  });
});
