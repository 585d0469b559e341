import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { freshText } from './fresh-text.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { eventually } from './support/eventually.ts';

/** What a collector gets, as far as it is looked at here. */
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attributeSchema()) }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema()) })),
    }),
  ),
});

function attributeSchema() {
  return z.object({
    key: z.string(),
    value: z.object({ stringValue: z.string().optional(), intValue: z.number().optional() }),
  });
}

function spanSchema() {
  return z.object({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().optional(),
    name: z.string(),
    startTimeUnixNano: z.string(),
    endTimeUnixNano: z.string(),
    attributes: z.array(attributeSchema()),
  });
}

type CollectedSpan = z.infer<ReturnType<typeof spanSchema>> & { service: string | undefined };

const collected: CollectedSpan[] = [];
let collector: Server;
let server: RunningServer;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    expect(request.url).toBe('/v1/traces');
    for (const { resource, scopeSpans } of exportSchema.parse(await json(request)).resourceSpans) {
      const service = attributeOf(resource, 'service.name');
      for (const { spans } of scopeSpans) collected.push(...spans.map((s) => ({ ...s, service })));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  server = await startServer({
    WORKERS: '2',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
});

afterAll(async () => {
  await server?.stop();
  collector?.close();
});

function attributeOf(
  { attributes }: { attributes: z.infer<ReturnType<typeof attributeSchema>>[] },
  key: string,
): string | undefined {
  const { stringValue, intValue } = attributes.find((found) => found.key === key)?.value ?? {};
  return stringValue ?? (intValue === undefined ? undefined : String(intValue));
}

async function speak(text: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/generate`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ text }),
  });
}

/** The spans of a trace, once there are as many. */
async function spansOf(traceId: string, count: number): Promise<CollectedSpan[]> {
  return eventually(() => {
    const spans = collected.filter((span) => span.traceId === traceId);
    expect(spans).toHaveLength(count);
    return spans.sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  });
}

it("continues its caller's trace through the queue into the worker", async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const response = await speak(freshText(), {
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    'x-request-id': 'traced-1',
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  const [request, waiting, making] = await spansOf(traceId, 3);
  expect(request).toMatchObject({
    name: 'POST /v1/generate',
    parentSpanId: '00f067aa0ba902b7',
    service: 'voiceflow-api',
  });
  expect(waiting).toMatchObject({
    name: 'wait for a worker',
    parentSpanId: request?.spanId,
    service: 'voiceflow-api',
  });
  expect(making).toMatchObject({
    name: 'make speech',
    parentSpanId: waiting?.spanId,
    service: expect.stringMatching(/^voiceflow-worker-[12]$/),
  });
  expect(request && attributeOf(request, 'voiceflow.request_id')).toBe('traced-1');
  expect(request && attributeOf(request, 'http.response.status_code')).toBe('200');
  expect(making && attributeOf(making, 'voiceflow.ending')).toBe('made');
});

it('shows which worker made a piece for another one', async () => {
  const traceId = 'cccccccccccccccccccccccccccccccc';
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  const find = (isIt: (span: CollectedSpan) => boolean) =>
    collected.find((span) => span.traceId === traceId && isIt(span));
  const piece = await eventually(
    async () => {
      // A paragraph is a piece.
      const text = Array.from({ length: 8 }, freshText).join('\n\n');
      await (await speak(text, { traceparent })).arrayBuffer();
      const found = find(({ name }) => name === 'make piece');
      if (!found) throw new Error('nobody has helped yet');
      return found;
    },
    { everyMs: 1_000 },
  );
  const speech = await eventually(() => {
    const found = find(({ spanId }) => spanId === piece.parentSpanId);
    if (!found) throw new Error('the span of the speech has not come yet');
    return found;
  });
  expect(speech.name).toBe('make speech');
  const workers = [piece, speech].map(({ service }) => service);
  expect(workers.sort()).toEqual(['voiceflow-worker-1', 'voiceflow-worker-2']);
  expect(Number(attributeOf(piece, 'voiceflow.piece'))).toBeGreaterThan(0);
});

it('begins a trace of its own for whoever sends none, or a malformed one', async () => {
  const text = freshText();
  for (const traceparent of ['', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'x']) {
    await (await speak(text, { traceparent, 'x-request-id': `own-${traceparent.length}` })).text();
  }
  await eventually(() => {
    const roots = collected.filter((span) =>
      attributeOf(span, 'voiceflow.request_id')?.startsWith('own-'),
    );
    expect(roots).toHaveLength(3);
    expect(roots.every(({ parentSpanId }) => !parentSpanId)).toBe(true);
  });
});

it('leaves out what its caller does not trace', async () => {
  const traceId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  await (await speak(freshText(), { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })).text();
  const later = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
  await (await speak(freshText(), { traceparent: `00-${later}-00f067aa0ba902b7-01` })).text();
  await spansOf(later, 3);
  expect(collected.filter((span) => span.traceId === traceId)).toEqual([]);
});
