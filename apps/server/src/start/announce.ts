import type { Env } from '../env.ts';
import type { PreparedDatabase } from './prepare-database.ts';

/** The address as a browser on this machine opens it. */
export function publicAddress(env: Env, port: number): string {
  const everywhere = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(env.HOST);
  const host = everywhere ? 'localhost' : env.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

interface StartedServer {
  readonly firstKey: PreparedDatabase['firstKey'];
  readonly localOperator: 'on' | 'off';
}

/** What is printed when the server is ready: where it is, a key, and a line to paste. */
export function announcement(
  address: string,
  { firstKey, localOperator }: StartedServer,
  seconds: number,
): string {
  const { newKey, keyFile, keyFileWorks, hasOwner } = firstKey;
  const secret = newKey ?? (keyFileWorks && keyFile ? `$(cat '${keyFile}')` : 'YOUR_KEY');
  const lines = ['', `  VoiceFlow is ready after ${seconds.toFixed(1)} s: ${address}`, ''];
  if (newKey) lines.push(`  First API key: ${newKey}`);
  if (keyFileWorks) lines.push(`  ${newKey ? 'It is kept in' : 'API key in'} ${keyFile}`);
  lines.push('  Another key:   npm run key:create');
  if (localOperator === 'off' && !hasOwner) {
    lines.push(
      '  Nobody can log in to its first team yet: npm run owner:create -- --email ADDRESS',
    );
  }
  lines.push('', '  Try it:', '');
  lines.push(
    `  curl ${address}/v1/generate -H "Authorization: Bearer ${secret}" -F text='Hello from VoiceFlow.' -F voice=af_heart -F format=wav -o hello.wav`,
  );
  lines.push('', '  Ctrl-C stops it.', '');
  return lines.join('\n');
}
