import { z } from 'zod';
import {
  type App,
  type ContextOf,
  openWebSocket,
  problems,
  type Readmission,
} from '../../platform/http/index.ts';
import { requirePermission } from '../teams/index.ts';
import { tooManyConnections } from './errors.ts';
import { LiveConnection } from './live-connection.ts';
import type { SynthesisServices } from './speech-preparation.ts';

const maxMessageBytes = 64 * 1024;
const beatMs = 20_000;
const idleMs = 120_000;

/** Speech of text that arrives piece by piece, over a WebSocket. */
export function addLiveRoutes(
  app: App,
  callers: { contextOf: ContextOf; readmission: Readmission },
  services: SynthesisServices,
): void {
  const connections = new Set<LiveConnection>();
  app.addHook('preClose', async () => {
    await Promise.all([...connections].map((connection) => connection.finish()));
  });

  app.get(
    '/v1/generate/ws',
    {
      config: { clientTokens: true },
      exposeHeadRoute: false,
      schema: {
        operationId: 'speakLive',
        tags: ['Speech'],
        summary: 'Speak text as it arrives',
        description:
          'A WebSocket (protocol `voiceflow.v1`) for text that a language model is still writing: contexts are opened, given text, flushed, closed and cancelled by JSON messages, and answered with audio in JSON messages. A browser sends its token as a second protocol, `bearer.vf_client_…`. The messages are described in the documentation under "Live text".',
        response: {
          101: z.void().describe('The connection is a WebSocket from here on'),
          ...problems(
            'missing_credential',
            'permission_denied',
            'upgrade_required',
            'connection_limit_exceeded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { log, actor } = callers.contextOf(request);
      const { teamId } = requirePermission(actor, 'speech.create');
      const socket = await openWebSocket(request, reply, {
        protocol: 'voiceflow.v1',
        maxMessageBytes,
        admit: () => takePlace(services, teamId),
      });
      if (!socket) return reply;
      const connection = new LiveConnection({
        socket,
        services,
        admit: () => callers.readmission.readmit(request, reply),
        recheck: () => callers.readmission.recheck(request),
        requestId: request.id,
        log,
        beatMs,
        idleMs,
      });
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
      return reply;
    },
  );
}

/** @throws DomainError `connection_limit_exceeded` */
async function takePlace(
  { allowances, connections }: SynthesisServices,
  teamId: string,
): Promise<() => void> {
  const limit = await allowances.liveConnectionsOf(teamId);
  const giveBack = await connections.take(`live:${teamId}`, limit);
  if (!giveBack) throw tooManyConnections(limit);
  return giveBack;
}
