// npm run screenshots -w apps/web: the README's pictures, of the real product speaking.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { startServer } from '../../server/tests/running-server.ts';
import { setup as buildWebApp } from './build-web-app.ts';
import { launchBrowser } from './launch-browser.ts';

const folder = join(import.meta.dirname, '../../docs/static/img');
const text = `Good morning! It's half past seven on Monday, and the river is quiet. The boats are out, \
the baker on the corner has opened her windows, and the smell of bread follows us down to the bridge.`;

const pictures: readonly { file: string; search: string; context: BrowserContextOptions }[] = [
  {
    file: 'playground-light.png',
    search: '',
    context: { colorScheme: 'light', viewport: { width: 1280, height: 920 } },
  },
  {
    file: 'playground-dark.png',
    search: '?voice=bf_emma&format=mp3',
    context: {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
    },
  },
];

await buildWebApp();
await mkdir(folder, { recursive: true });
const [server, browser] = await Promise.all([startServer(), launchBrowser()]);
try {
  for (const { file, search, context } of pictures) {
    const page = await (await browser.newContext(context)).newPage();
    await page.goto(`${server.url}/${search}`);
    await page.getByRole('textbox', { name: 'Text' }).fill(text);
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByRole('status').filter({ hasText: /^Done/ }).waitFor({ timeout: 120_000 });
    const pause = page.getByRole('button', { name: 'Pause' });
    if (await pause.isVisible()) await pause.click();
    const { width, height } = (await page.getByLabel('Position').boundingBox()) ?? {
      width: 0,
      height: 0,
    };
    await page.getByLabel('Position').click({ position: { x: width * 0.42, y: height / 2 } });
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      const take = document.querySelector('section[aria-label="Take"]');
      if (innerWidth < 640) take?.scrollIntoView({ block: 'end', behavior: 'instant' });
      else scrollTo({ top: 0, behavior: 'instant' });
    });
    await page.mouse.move(2, 2);
    await page.screenshot({ path: join(folder, file), animations: 'disabled' });
    console.log(file, await page.getByLabel('Take').locator('dl').textContent());
  }
} finally {
  await browser.close();
  await server.stop();
}
