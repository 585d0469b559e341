import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Looks at the page once it is drawn, wide and on a phone, light and dark: axe finds nothing, nothing juts out. */
export async function expectAccessible(
  page: Page,
  widths: readonly number[] = [1280, 360],
): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      // A colour on its way to another has the contrast of neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Without frames to look into, the mode without a second page finds the same in half the time.
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      const { violations } = await axe.options({ resultTypes: ['violations'] }).analyze();
      expect(violations, `${colorScheme}, ${width} px`).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}
