import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { freshText } from './fresh-text.ts';
import { type RunningServer, startServer } from './running-server.ts';

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
    WORKERS: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
}, 300_000);

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
  return vi.waitFor(
    () => {
      const spans = collected.filter((span) => span.traceId === traceId);
      expect(spans).toHaveLength(count);
      return spans.sort((a, b) =>
        Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)),
      );
    },
    { timeout: 30_000 },
  );
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
    service: 'voiceflow-worker-1',
  });
  expect(request && attributeOf(request, 'voiceflow.request_id')).toBe('traced-1');
  expect(request && attributeOf(request, 'http.response.status_code')).toBe('200');
  expect(making && attributeOf(making, 'voiceflow.ending')).toBe('made');
});

it('begins a trace of its own for whoever sends none, or a malformed one', async () => {
  const before = collected.length;
  const text = freshText();
  for (const traceparent of ['', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'x']) {
    await (await speak(text, { traceparent, 'x-request-id': `own-${traceparent.length}` })).text();
  }
  await vi.waitFor(
    () => {
      const roots = collected.slice(before).filter(({ name }) => name === 'POST /v1/generate');
      expect(roots).toHaveLength(3);
      expect(roots.every(({ parentSpanId }) => !parentSpanId)).toBe(true);
    },
    { timeout: 30_000 },
  );
});

it('leaves out what its caller does not trace', async () => {
  const traceId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  await (await speak(freshText(), { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })).text();
  const later = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
  await (await speak(freshText(), { traceparent: `00-${later}-00f067aa0ba902b7-01` })).text();
  await spansOf(later, 3);
  expect(collected.filter((span) => span.traceId === traceId)).toEqual([]);
});
