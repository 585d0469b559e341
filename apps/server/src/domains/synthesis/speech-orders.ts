import { z } from 'zod';
import type { Context, KeyMode } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import type { TeamActor } from '../teams/index.ts';
import { audioFormats } from './formats.ts';
import { GroupCommit } from './group-commit.ts';
import { type GenerateInput, languages } from './schema.ts';
import {
  deleteSpeechOrdersBefore,
  findSpeechOrder,
  insertSpeechOrders,
  type OwnKeyRow,
  type SpeechOrderRow,
} from './speech-order-store.ts';

/** From the beginning of a stream: longer than any takes to be heard. */
const resumableMs = 60 * 60 * 1000;

const inputSchema = z.object({
  text: z.string(),
  trimmedUnits: z.int(),
  voice: z.string(),
  speed: z.number(),
  format: z.enum(audioFormats),
  sampleRate: z.int(),
  language: z.enum(languages).optional(),
});

/** A stream that was begun: what was asked for, and the key under which it counts once. */
export interface KeptOrder {
  readonly generationId: string;
  readonly idempotencyKey: string;
  readonly operation: string;
  readonly input: GenerateInput;
  readonly modelId: string;
  readonly createdAt: Date;
}

interface NewOrder extends KeptOrder {
  readonly actor: TeamActor;
  /** Where the caller sent no key: what its own one is bound to. */
  readonly ownKey: { readonly requestHash: string; readonly requestId: string } | undefined;
}

/** Keeps what streams were asked for, so that one that broke off can be resumed. */
export interface SpeechOrders {
  /** Resolves once the stream outlives this process. */
  keep(order: NewOrder): Promise<void>;
}

/** `ctx`: the system's own context; orders of several teams are written together. */
export function openSpeechOrders({ db }: Context): SpeechOrders {
  const group = new GroupCommit<{ order: SpeechOrderRow; key: OwnKeyRow | undefined }>((rows) =>
    insertSpeechOrders(
      db,
      rows.map(({ order }) => order),
      rows.flatMap(({ key }) => key ?? []),
    ),
  );
  return {
    keep: ({ actor, ownKey, ...order }) =>
      group.add({
        order: {
          id: order.generationId,
          team_id: actor.teamId,
          idempotency_key: order.idempotencyKey,
          operation: order.operation,
          input: order.input,
          model_id: order.modelId,
          mode: modeOf(actor),
          client_token_id: actor.client?.tokenId ?? null,
          created_at: order.createdAt,
        },
        key: ownKey && {
          team_id: actor.teamId,
          key: order.idempotencyKey,
          request_hash: ownKey.requestHash,
          request_id: ownKey.requestId,
          created_at: order.createdAt,
        },
      }),
  };
}

/** The key of a stream whose caller sent none. */
export function ownKeyOf(generationId: string): string {
  return formatId('generation', generationId);
}

export function modeOf(actor: TeamActor): KeyMode {
  return actor.kind === 'key' ? actor.mode : 'live';
}

/**
 * The order of a stream, for whoever may go on with it: credentials of its team and mode. A client
 * token knows only those that it began itself.
 */
export async function findKeptOrder(
  { db, clock }: Context,
  actor: TeamActor,
  generationId: string,
): Promise<KeptOrder | undefined> {
  const since = new Date(clock.now().getTime() - resumableMs);
  const row = await findSpeechOrder(db, { id: generationId, teamId: actor.teamId, since });
  if (!row || row.mode !== modeOf(actor)) return undefined;
  if (actor.client && actor.client.tokenId !== row.client_token_id) return undefined;
  // What another version of the server wrote may have another form.
  const input = inputSchema.safeParse(row.input);
  if (!input.success) return undefined;
  return {
    generationId,
    idempotencyKey: row.idempotency_key,
    operation: row.operation,
    input: input.data,
    modelId: row.model_id,
    createdAt: row.created_at,
  };
}

export function resumableUntil(order: KeptOrder): Date {
  return new Date(order.createdAt.getTime() + resumableMs);
}

/** Forgets what can no longer be resumed. */
export async function deleteExpiredSpeechOrders({ db, clock }: Context): Promise<void> {
  await deleteSpeechOrdersBefore(db, new Date(clock.now().getTime() - resumableMs));
}
