import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type RunningServer, startServer } from '../apps/server/tests/running-server.ts';
import { Contender, median } from './contender.ts';
import { benchFolder, chooseModel, passage, voice } from './passage.ts';
import { atLeast, atMost, type Result } from './result.ts';
import { benchSlowReaders } from './slow-readers.ts';

const streams = 32;
const processes = 2;
const bytesPerSecond = 48_000;
/** So much of what a worker makes is listened to: it can keep up with that. */
const listenedPart = 0.75;

let texts = 0;

/** About five seconds of speech that nobody has asked for yet. */
function newText(): string {
  texts += 1;
  return `The boats came in early that day, number ${texts}. By noon the market was full.`;
}

interface Played {
  readonly audioSeconds: number;
  readonly firstAudioSeconds: number;
  readonly silentSeconds: number;
}

/** Listens to a stream at its own pace, from its first audio on. */
async function play({ url, key }: RunningServer, text: string): Promise<Played> {
  const askedAt = performance.now();
  const answer = await fetch(`${url}/v1/generate/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text, voice, format: 'pcm' }),
  });
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}: ${await answer.text()}`);
  let audioSeconds = 0;
  let heardSince = 0;
  let silentSeconds = 0;
  for await (const chunk of answer.body) {
    const now = performance.now();
    if (audioSeconds === 0) heardSince = now;
    const heardSeconds = (now - heardSince) / 1000 - silentSeconds;
    silentSeconds += Math.max(0, heardSeconds - audioSeconds);
    audioSeconds += chunk.length / bytesPerSecond;
  }
  return { audioSeconds, firstAudioSeconds: (heardSince - askedAt) / 1000, silentSeconds };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Audio seconds a second of 32 streams at once, and of the engine alone on texts like theirs. */
async function measureThroughput(
  server: RunningServer,
  engines: readonly Contender[],
): Promise<{ served: number; alone: number }> {
  const startedAt = performance.now();
  const played = await Promise.all(Array.from({ length: streams }, () => play(server, newText())));
  const seconds = (performance.now() - startedAt) / 1000;
  const share = streams / engines.length;
  const passes = await Promise.all(
    engines.map((engine) => engine.pass(JSON.stringify(Array.from({ length: share }, newText)))),
  );
  return {
    served: sum(played.map(({ audioSeconds }) => audioSeconds)) / seconds,
    alone:
      sum(passes.map(({ audioSeconds }) => audioSeconds)) /
      Math.max(...passes.map(({ wallSeconds }) => wallSeconds)),
  };
}

/** Many streams at once: how much is made, who falls silent, and what slow readers cost. */
export async function benchStreams(rounds: number): Promise<Result[]> {
  return [...(await benchListeners(Math.min(rounds, 3))), ...(await benchSlowReaders())];
}

async function benchListeners(rounds: number): Promise<Result[]> {
  const { modelFile } = await chooseModel();
  const server = await startServer({ WORKERS: `${processes}`, WORKER_THREADS: '1' });
  const engine = [process.execPath, join(benchFolder, 'contenders', 'engine.ts'), modelFile, '1'];
  const engines = await Promise.all(
    Array.from({ length: processes }, () => Contender.start(engine)),
  );
  try {
    const throughputs: { served: number; alone: number }[] = [];
    for (let round = -1; round < rounds; round++) {
      const measured = await measureThroughput(server, engines);
      if (round >= 0) throughputs.push(measured);
    }
    const served = median(throughputs.map((measured) => measured.served));
    const alone = median(throughputs.map((measured) => measured.alone));
    const listeners = processes * Math.max(1, Math.floor((served / processes) * listenedPart));
    const played = await Promise.all(
      Array.from({ length: listeners }, () => play(server, `${newText()} ${passage}`)),
    );
    const silent = played.filter(({ silentSeconds }) => silentSeconds > 0.02);
    const longestWait = Math.max(...played.map(({ firstAudioSeconds }) => firstAudioSeconds));
    const row = { benchmark: 'streams', peer: '', ratio: '' };
    return [
      {
        ...row,
        name: `${streams} streams at once over ${processes} workers, against the engine alone in ${processes} processes`,
        ours: `${served.toFixed(2)} audio s per s`,
        peer: `${alone.toFixed(2)} audio s per s`,
        ...atLeast(median(throughputs.map((measured) => measured.served / measured.alone)), 0.95),
      },
      {
        ...row,
        name: `streams that fall silent, of ${listeners} of 30 s that are begun at once and heard as they come`,
        ours: `${silent.length}`,
        ...atMost(silent.length, 0),
        ratio: '',
      },
      {
        ...row,
        name: 'the longest wait of those for their first audio',
        ours: `${longestWait.toFixed(1)} s`,
        goal: '',
        met: true,
      },
    ];
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
    await server.stop();
  }
}
