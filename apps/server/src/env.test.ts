import { describe, expect, it } from 'vitest';
import { renderSettingsPage } from './commands/settings-page.ts';
import { envSchema, parseEnv } from './env.ts';

describe('parseEnv', () => {
  it('has a default for everything that a first start needs', () => {
    const env = parseEnv({});
    expect(env).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', KOKORO_VARIANT: 'auto' });
    expect(env.DATABASE_URL).toBeUndefined();
    expect(env.VOICEFLOW_HOME).toMatch(/\/\.voiceflow$/);
  });

  it('takes off for the port of the metrics', () => {
    expect(parseEnv({ METRICS_PORT: 'off' }).METRICS_PORT).toBe('off');
    expect(parseEnv({}).METRICS_PORT).toBe(9464);
  });

  it('takes an empty value as not set', () => {
    expect(parseEnv({ PORT: '', DATABASE_URL: '' })).toEqual(parseEnv({}));
  });

  it.each([
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535, not "70000"'],
    [{ PORT: '80.5' }, 'PORT must be a whole number from 0 to 65535, not "80.5"'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, not "-1"'],
    [
      { METRICS_PORT: '70000' },
      'METRICS_PORT must be a whole number from 0 to 65535, or off, not "70000"',
    ],
    [
      { OTEL_TRACES_SAMPLER_ARG: '1.5' },
      'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, such as 0.1, not "1.5"',
    ],
    [{ WORKERS: '0' }, 'WORKERS must be a whole number from 1 to 256, not "0"'],
    [{ KOKORO_VARIANT: 'fast' }, 'KOKORO_VARIANT must be one of auto, quantised, float, shipped'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal'],
    [
      { OAUTH_GITHUB_CLIENT_ID: 'x' },
      'OAUTH_GITHUB_CLIENT_SECRET must be set too, because OAUTH_GITHUB_CLIENT_ID is',
    ],
    [{ QUEUE: 'redis' }, 'REDIS_URL must be set too, because QUEUE is redis'],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, proxy' }, 'TRUSTED_PROXIES must be addresses or networks'],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES must be addresses or networks'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a URL that starts with postgres://'],
  ])('refuses %o by name', (variables, message) => {
    expect(() => parseEnv(variables)).toThrow(message);
  });

  it('names every bad setting at once and repeats no password', () => {
    const variables = { PORT: 'x', DATABASE_URL: 'http://me:secret@db/x' };
    expect(() => parseEnv(variables)).toThrow(/PORT must.*\nDATABASE_URL must/);
    expect(() => parseEnv(variables)).not.toThrow(/secret/);
  });
});

describe('the settings page', () => {
  it('describes every setting and does not depend on this machine', () => {
    const page = renderSettingsPage();
    for (const [name, schema] of Object.entries(envSchema.shape)) {
      expect(schema.meta()?.description, name).toBeTruthy();
      expect(page).toContain(`| \`${name}\` |`);
    }
    expect(page).not.toContain(import.meta.dirname.split('/apps/')[0]);
  });
});
