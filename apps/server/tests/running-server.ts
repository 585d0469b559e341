import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testModelsDir } from '../../../packages/speech/src/assets/test-models.ts';

export interface RunningServer {
  /** Without a slash at the end */
  url: string;
  key: string;
  /** Its folder, which goes with it. */
  home: string;
  /** The supervisor; its children are the API and the workers. */
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts the whole product as `npm start` does, in a home folder of its own with the models of the
 * tests, on a free port, and answers when it is ready to speak.
 */
export async function startServer(env: Record<string, string> = {}): Promise<RunningServer> {
  const home = await mkdtemp(join(tmpdir(), 'voiceflow-home-'));
  await symlink(testModelsDir(), join(home, 'models'));
  const keyFile = join(home, 'first-key');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/start.ts')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      PORT: '0',
      METRICS_PORT: 'off',
      VOICEFLOW_HOME: home,
      VOICEFLOW_BOOTSTRAP_KEY_FILE: keyFile,
      RATE_LIMIT_ENTERPRISE_PER_MINUTE: '0',
      RATE_LIMIT_FAILURES_PER_MINUTE: '0',
      ...env,
    },
  });
  const exited = once(child, 'exit');
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await exited;
    await rm(home, { recursive: true, force: true });
  }
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const ready = /is ready.*?(http:\/\/[^\s/]+)/.exec(output);
        if (ready) resolve(ready[1]);
      });
    }
    exited.then(() => reject(new Error(`the server ended:\n${output}`)), reject);
  });
  try {
    return {
      url: await url,
      key: (await readFile(keyFile, 'utf8')).trim(),
      home,
      pid: child.pid ?? 0,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
