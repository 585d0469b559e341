import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { openBudgets } from '../../src/domains/client-tokens/index.ts';
import {
  AudioCache,
  keepDeadLetter,
  openCompletions,
  openSpeechOrders,
  SpeechMaker,
  SpeechMetrics,
  type SynthesisServices,
} from '../../src/domains/synthesis/index.ts';
import { SpeechAllowances, TeamPlans } from '../../src/domains/usage/index.ts';
import type { DatabaseHandle } from '../../src/platform/database/database.ts';
import { MemoryPlaces } from '../../src/platform/limits/index.ts';
import { type JobHandler, openEmbeddedQueue, serveQueue } from '../../src/platform/queue/index.ts';
import { eventually } from './eventually.ts';
import { createTestContext } from './factories.ts';

/** What a worker answers: a file of five bytes. */
export async function* speak(): ReturnType<JobHandler> {
  const started = { normalisedText: '', contentType: 'audio/wav', extension: 'wav' };
  yield { type: 'event', event: 'started', data: started };
  yield { type: 'bytes', bytes: Buffer.from('audio') };
  const data = { audioSeconds: 1, computeSeconds: 1, unspokenWords: 0, patches: [] };
  yield { type: 'event', event: 'done', data };
}

/** The queue, the cache and the books, with one worker in this process that runs no model. */
export class TestSynthesis {
  readonly services: SynthesisServices;
  readonly close: () => Promise<void>;
  /** What the worker does with a job. */
  handler: JobHandler = speak;

  private constructor(services: SynthesisServices, close: () => Promise<void>) {
    this.services = services;
    this.close = close;
  }

  static async open(db: DatabaseHandle): Promise<TestSynthesis> {
    const home = await mkdtemp(join(tmpdir(), 'vf-synthesis-'));
    const socketPath = join(home, 'queue.sock');
    const ctx = createTestContext(db);
    const queue = await openEmbeddedQueue({
      socketPath,
      maxWaiting: 100,
      lowerTierShare: 0.05,
      queueTimeoutMs: 120_000,
      runTimeoutMs: 600_000,
      keepDeadLetter: (letter) => keepDeadLetter({ ctx, input: letter }),
    });
    const cache = await AudioCache.open({
      dir: join(home, 'cache'),
      maxDiskBytes: 1_000_000,
      maxMemoryBytes: 1_000_000,
    });
    const unlimited = { free: 0, pro: 0, enterprise: 0 };
    const metrics = new SpeechMetrics(new Registry());
    const services: SynthesisServices = {
      maker: new SpeechMaker({ queue, cache, metrics }),
      metrics,
      completions: openCompletions(ctx),
      orders: openSpeechOrders(ctx),
      budgets: openBudgets(ctx),
      allowances: new SpeechAllowances({
        plans: new TeamPlans(ctx),
        concurrency: unlimited,
        liveConnections: unlimited,
      }),
      connections: new MemoryPlaces(),
    };
    const synthesis = new TestSynthesis(services, async () => {
      await worker.close(0);
      await queue.close();
      await rm(home, { recursive: true, force: true });
    });
    const worker = serveQueue({
      socketPath,
      info: { modelId: 'test', warmUpSeconds: 0 },
      handler: (payload, signal) => synthesis.handler(payload, signal),
    });
    await eventually(() => services.maker.modelId);
    return synthesis;
  }
}
