import { performance } from 'node:perf_hooks';
import { LiveCaller } from '../apps/server/tests/live-caller.ts';
import { type RunningServer, startServer } from '../apps/server/tests/running-server.ts';
import { median } from './contender.ts';
import { passage, voice } from './passage.ts';
import { atMost, type Result } from './result.ts';

/** Each round interrupts at another moment of a piece. */
const stepMs = 190;

interface Interruption {
  /** From the cancel to its answer. */
  readonly answerMs: number;
  /** From the cancel to the last audio of what was cancelled; 0 where none came. */
  readonly audioMs: number;
  /** Messages about it behind the answer. */
  readonly behind: number;
  /** From the cancel to the first audio of the next context. */
  readonly nextMs: number;
}

let texts = 0;

/** A reply that nobody has asked for yet. */
function reply(): string {
  texts += 1;
  return `Of course, number ${texts} it is.`;
}

/** When each message came. */
function keepTimes(caller: LiveCaller): number[] {
  const times: number[] = [];
  caller.socket.on('message', () => times.push(performance.now()));
  return times;
}

function open(caller: LiveCaller, id: string, text: string): void {
  caller.say({ type: 'open', context_id: id, voice });
  caller.say({ type: 'text', context_id: id, text });
  caller.say({ type: 'close', context_id: id });
}

/** Somebody speaks while they hear a long text, and is answered by a short one. */
async function interrupt(server: RunningServer, afterMs: number): Promise<Interruption> {
  const caller = await LiveCaller.open(server);
  const times = keepTimes(caller);
  open(caller, 'long', `${reply()} ${passage}`);
  await caller.hear('audio', 'long');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const cancelledAt = performance.now();
  caller.say({ type: 'cancel', context_id: 'long' });
  open(caller, 'next', reply());
  await caller.hear('audio', 'next');
  await caller.hear('done', 'next');
  caller.close();
  const when = (isIt: (index: number) => boolean) =>
    caller.told.flatMap((_told, index) => (isIt(index) ? [(times[index] ?? 0) - cancelledAt] : []));
  const isOf = (id: string, type?: string) => (index: number) => {
    const told = caller.told[index];
    return told?.context_id === id && (type === undefined || told.type === type);
  };
  const answered = caller.told.findIndex((_told, index) => isOf('long', 'cancelled')(index));
  return {
    answerMs: (times[answered] ?? 0) - cancelledAt,
    audioMs: Math.max(0, ...when(isOf('long', 'audio'))),
    behind: caller.told.slice(answered + 1).filter(({ context_id: id }) => id === 'long').length,
    nextMs: Math.min(...when(isOf('next', 'audio'))),
  };
}

/** The same reply where nothing was interrupted. */
async function answerAtOnce(server: RunningServer): Promise<number> {
  const caller = await LiveCaller.open(server);
  const askedAt = performance.now();
  open(caller, 'next', reply());
  await caller.hear('audio', 'next');
  const ms = performance.now() - askedAt;
  await caller.hear('done', 'next');
  caller.close();
  return ms;
}

/** How soon a text that is being heard is silent, and the next one heard, where one worker makes both. */
export async function benchInterruption(rounds: number): Promise<Result[]> {
  const server = await startServer({ WORKERS: '1' });
  try {
    const interruptions: Interruption[] = [];
    const idle: number[] = [];
    for (let round = 0; round < rounds; round++) {
      idle.push(await answerAtOnce(server));
      interruptions.push(await interrupt(server, round * stepMs));
    }
    const most = (of: (one: Interruption) => number) => Math.max(...interruptions.map(of));
    const silentMs = most(({ audioMs, answerMs }) => Math.max(audioMs, answerMs));
    const nextMs = median(interruptions.map((one) => one.nextMs));
    const idleMs = median(idle);
    const row = { benchmark: 'interruption', peer: '', ratio: '' };
    return [
      {
        ...row,
        name: 'from a cancel of live text to its answer, behind which nothing comes: the longest',
        ours: `${silentMs.toFixed(0)} ms`,
        ...atMost(silentMs, 100),
        ratio: '',
      },
      {
        ...row,
        name: 'messages of the cancelled text behind that answer',
        ours: `${most(({ behind }) => behind)}`,
        ...atMost(
          most(({ behind }) => behind),
          0,
        ),
        ratio: '',
      },
      {
        ...row,
        name: 'from that cancel to the first audio of the next text, one worker for both, against one that does nothing else',
        ours: `${nextMs.toFixed(0)} ms`,
        peer: `${idleMs.toFixed(0)} ms`,
        ratio: (nextMs / idleMs).toFixed(2),
        goal: '',
        met: true,
      },
      {
        ...row,
        name: 'the longest that a worker stays with a piece that nobody wants any more',
        ours: `${Math.max(0, most((one) => one.nextMs) - idleMs).toFixed(0)} ms`,
        goal: '',
        met: true,
      },
    ];
  } finally {
    await server.stop();
  }
}
