import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../server/tests/running-server.ts';
import { noteFirstSound, readHearing } from './browser.ts';
import { expectAccessible } from './expect-accessible.ts';
import { launchBrowser } from './launch-browser.ts';

const madeWithinMs = 120_000;
const text = `Good morning, everyone. It's a fine day for a walk along the river, isn't it?
The boats are out, the baker on the corner has opened her windows, and the smell of bread follows us
down to the bridge. There we stop for a while, and watch the water carry the first leaves of autumn away.`;

let server: RunningServer;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ WORKERS: '1' }), launchBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  await noteFirstSound(page);
  await page.goto(server.url);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const textField = () => page.getByRole('textbox', { name: 'Text' });
const generate = () => page.getByRole('button', { name: 'Generate' }).click();
const status = (told: string | RegExp) => page.getByRole('status').filter({ hasText: told });

async function chooseFormat(name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name }).click();
}

async function download(name: RegExp): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

describe('the playground, on the machine itself', () => {
  test('opens without asking for a key, with a voice chosen', async () => {
    await page.getByRole('combobox', { name: 'Voice' }).filter({ hasText: 'Heart' }).waitFor();
    expect(await page.getByLabel('API key').count()).toBe(0);
  });

  test('a voice is found and taken by keyboard, and heard beforehand', async () => {
    await page.getByRole('combobox', { name: 'Voice' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Search voices' }).waitFor();
    await page.keyboard.type('british emma');
    await page.getByRole('option', { name: 'Emma' }).waitFor();
    const preview = page.waitForResponse('**/v1/voices/bf_emma/preview');
    await page.keyboard.press('Shift+Enter');
    expect((await preview).headers()['content-type']).toMatch(/^audio\//);
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Voice' }).filter({ hasText: 'Emma' }).waitFor();
    expect(page.url()).toContain('voice=bf_emma');
  });

  test(
    'sound comes before the response has ended',
    async () => {
      await textField().fill(text);
      await page.keyboard.press('Control+Enter');
      await page.waitForFunction(() => window.firstSoundAt !== undefined, undefined, {
        timeout: madeWithinMs,
      });
      // Now, for on a slow machine it has been heard to its end by the time all of it is made.
      await page.getByRole('button', { name: 'Pause' }).click();
      await status(/^Done/).waitFor({ timeout: madeWithinMs });
      const { firstSoundAt, responseEndedAt } = await readHearing(page);
      expect(firstSoundAt).toBeLessThan(responseEndedAt);
    },
    madeWithinMs,
  );

  test('the waveform is drawn, and seeks by keyboard', async () => {
    const position = page.getByRole('slider', { name: 'Position' });
    await position.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await position.getAttribute('aria-valuenow')).toBe('4');
    const inked = await position.evaluate((slider) => {
      const canvases = [
        ...(slider.firstElementChild?.shadowRoot?.querySelectorAll('canvas') ?? []),
      ];
      return canvases.some((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
        // Away from the middle line, so that silence does not count.
        return pixels?.data.subarray(0, pixels.data.length / 3).some((channel) => channel > 0);
      });
    });
    expect(inked).toBe(true);
  });

  test('space plays on, and the rate can be changed', async () => {
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('combobox', { name: 'Playback rate' }).click();
    await page.getByRole('option', { name: '2×' }).click();
    await page.getByRole('combobox', { name: 'Playback rate' }).filter({ hasText: '2×' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
  });

  test('the download is the whole WAV that was heard, sizes and disclosure included', async () => {
    const { name, bytes } = await download(/^Download WAV/);
    expect(name).toBe('good-morning-everyone-it-s-bf_emma.wav');
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes.toString('latin1', 0, 600)).toMatch(/AI-generated/);
    const audioSeconds = (bytes.length - 44) / 48_000;
    expect(audioSeconds).toBeGreaterThan(10);
  });

  test(
    'the cURL command runs as it is shown',
    async () => {
      const command =
        (await page.getByRole('region', { name: 'cURL command' }).textContent()) ?? '';
      expect(command).not.toContain(server.key);
      const folder = await mkdtemp(join(tmpdir(), 'voiceflow-curl-'));
      try {
        const env = { ...process.env, VOICEFLOW_API_KEY: server.key };
        await promisify(execFile)('/bin/sh', ['-c', command], { cwd: folder, env });
        const bytes = await readFile(join(folder, 'speech.wav'));
        expect(bytes.toString('latin1', 8, 12)).toBe('WAVE');
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    madeWithinMs,
  );

  test.each([
    { format: 'MP3', startsWith: 'ID3' },
    { format: 'Ogg Opus', startsWith: 'OggS' },
    { format: 'FLAC', startsWith: 'fLaC' },
    { format: 'AAC', startsWith: 'ID3' },
    { format: 'PCM', startsWith: '' },
    { format: 'μ-law', startsWith: '' },
  ])(
    '$format is played here and downloaded as it came',
    async ({ format, startsWith }) => {
      await textField().fill('A short one.');
      await chooseFormat(format);
      await generate();
      await status(/^Done, [1-3]\.\d s/).waitFor({ timeout: madeWithinMs });
      const { bytes } = await download(new RegExp(`^Download ${format}`));
      expect(bytes.toString('latin1', 0, startsWith.length)).toBe(startsWith);
      expect(bytes.length).toBeGreaterThan(4_000);
    },
    madeWithinMs,
  );

  test(
    'what was made can be cancelled, and keeps what came',
    async () => {
      await textField().fill(`${text} ${text} ${text}`);
      await chooseFormat('MP3');
      await generate();
      await status('Playing while the rest is made').waitFor({ timeout: madeWithinMs });
      await page.getByRole('button', { name: 'Cancel' }).click();
      await status(/^Cancelled after \d/).waitFor();
      await page.getByRole('button', { name: 'Generate' }).waitFor();
    },
    madeWithinMs,
  );
});

describe('what goes wrong', () => {
  test('no text, and too much of it, are told at the field', async () => {
    await textField().fill(' ');
    await generate();
    await page.getByRole('alert').filter({ hasText: 'Write what should be said' }).waitFor();
    await textField().fill(`${'word '.repeat(1_000)}and more`);
    await page.getByRole('alert').filter({ hasText: '8 too many' }).waitFor();
    await generate();
    const selected = await textField().evaluate((field) =>
      field instanceof HTMLTextAreaElement
        ? field.value.slice(field.selectionStart, field.selectionEnd)
        : undefined,
    );
    expect(selected).toBe('and more');
  });

  test('what the server refuses is told at the field that it names', async () => {
    await textField().fill('Ring the \u0007 bell');
    await generate();
    await page.getByRole('alert').filter({ hasText: 'U+0007' }).waitFor();
    expect(await textField().getAttribute('aria-invalid')).toBe('true');
  });

  test(
    'without a session the page asks for a key, refuses a wrong one, and keeps the text',
    async () => {
      await page.context().clearCookies();
      await textField().fill('Who goes there?');
      await generate();
      const key = page.getByRole('textbox', { name: 'API key' });
      await key.fill('vf_live_nobodyknowsthiskeyatall');
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.getByRole('alert').filter({ hasText: 'vf_live_…tall' }).waitFor();
      await key.fill(server.key);
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.getByRole('button', { name: 'Forget key' }).waitFor();
      expect(await textField().inputValue()).toBe('Who goes there?');
      await generate();
      await status(/^Done/).waitFor({ timeout: madeWithinMs });
    },
    madeWithinMs,
  );

  test('a server that has gone is told as such', async () => {
    await page.context().setOffline(true);
    await generate();
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await page.context().setOffline(false);
  });
});

describe('for everybody', () => {
  test('axe finds nothing, also in the list of voices', async () => {
    await expectAccessible(page);
    await page.getByRole('combobox', { name: 'Voice' }).click();
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  test('all along, no exception was left and nothing broke the content policy', () => {
    expect(faults).toEqual([]);
  });
});
