import type { Env } from './env.ts';

/** Where people reach this server, without a slash at the end. */
export function publicUrlOf(env: Pick<Env, 'PORT' | 'VOICEFLOW_PUBLIC_URL'>): string {
  return (env.VOICEFLOW_PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '');
}
