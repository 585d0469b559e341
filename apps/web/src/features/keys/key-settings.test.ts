import { expect, test } from 'vitest';
import type { Key } from '../../api/keys.ts';
import { choicesOf, readKeySettings } from './key-settings.ts';

const known: Key = {
  id: 'key_1',
  name: 'Production',
  prefix: 'vf_live_3kTz',
  mode: 'live',
  scopes: ['voices', 'generate'],
  created_at: '2026-01-01T00:00:00Z',
  lifetime_days: 30,
  auto_rotate: true,
  expires_at: '2026-01-31T00:00:00Z',
  allowed_ips: [],
  requests_per_minute: null,
  monthly_characters: null,
  monthly_generations: null,
  last_used_at: null,
  last_used_ip: null,
  revoked_at: null,
  previous_secret: null,
  next_secret: null,
};

const values = {
  name: 'Production',
  allowed_ips: '192.0.2.0/24, 2001:db8::/32\n198.51.100.7',
  requests_per_minute: '60',
  monthly_characters: ' ',
  monthly_generations: '0',
};

test('a new key gets all that was typed and chosen; an empty limit is none', () => {
  expect(readKeySettings(values, choicesOf(undefined), undefined)).toEqual({
    name: 'Production',
    mode: 'live',
    scopes: ['*'],
    lifetime_days: 90,
    auto_rotate: false,
    allowed_ips: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'],
    requests_per_minute: 60,
    monthly_characters: null,
    monthly_generations: 0,
  });
});

test('a known key is not given anew what stays: mode, scopes, end', () => {
  const settings = readKeySettings(values, choicesOf(known), known);
  expect(Object.keys(settings)).not.toContain('mode');
  expect(Object.keys(settings)).not.toContain('scopes');
  expect(Object.keys(settings)).not.toContain('lifetime_days');
  const reordered = { ...choicesOf(known), scopes: ['generate', 'voices'] };
  expect(readKeySettings(values, reordered, known).scopes).toBeUndefined();
});

test('what was chosen anew is sent: fewer scopes, no end', () => {
  const choices = { ...choicesOf(known), scopes: ['voices'], lifetime: 'none' as const };
  expect(readKeySettings(values, choices, known)).toMatchObject({
    scopes: ['voices'],
    lifetime_days: null,
    // Nothing to rotate before.
    auto_rotate: false,
  });
});
