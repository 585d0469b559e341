import { StateStore } from './state-store.ts';

export type ColorScheme = 'system' | 'light' | 'dark';

/** Also read by public/color-scheme.js, before the first paint. */
const storageName = 'voiceflow.color-scheme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

export const colorSchemeStore = new StateStore(describe(readChosenScheme()));

systemIsDark.addEventListener('change', () =>
  colorSchemeStore.update(describe(colorSchemeStore.get().scheme)),
);

export function setColorScheme(scheme: ColorScheme): void {
  if (scheme === 'system') delete document.documentElement.dataset.colorScheme;
  else document.documentElement.dataset.colorScheme = scheme;
  try {
    localStorage.setItem(storageName, scheme);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
  colorSchemeStore.update(describe(scheme));
}

function describe(scheme: ColorScheme): { scheme: ColorScheme; dark: boolean } {
  return { scheme, dark: scheme === 'system' ? systemIsDark.matches : scheme === 'dark' };
}

function readChosenScheme(): ColorScheme {
  const chosen = document.documentElement.dataset.colorScheme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
