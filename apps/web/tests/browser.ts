import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** When the page first sent sound to the loudspeaker, on its own clock. */
    firstSoundAt?: number;
  }
}

/** Notes, in the page, when something that can be heard reaches the loudspeaker. */
export async function noteFirstSound(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const audible = 0.003;
    class HeardAudioContext extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        const ear = new AnalyserNode(this, { fftSize: 2048 });
        ear.connect(super.destination);
        Object.defineProperty(this, 'destination', { value: ear });
        const samples = new Float32Array(ear.fftSize);
        const listening = setInterval(() => {
          ear.getFloatTimeDomainData(samples);
          if (!samples.some((sample) => Math.abs(sample) > audible)) return;
          window.firstSoundAt ??= performance.now();
          clearInterval(listening);
        }, 10);
      }
    }
    window.AudioContext = HeardAudioContext;
  });
}

export interface Hearing {
  firstSoundAt: number;
  responseEndedAt: number;
}

/** When the first sound came and when the stream that it came from ended, on the page's clock. */
export function readHearing(page: Page): Promise<Hearing> {
  return page.evaluate(() => {
    const streams = performance
      .getEntriesByType('resource')
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter((entry) => entry.name.endsWith('/v1/generate/stream'));
    return {
      firstSoundAt: window.firstSoundAt ?? Number.POSITIVE_INFINITY,
      responseEndedAt: streams[0]?.responseEnd ?? 0,
    };
  });
}
