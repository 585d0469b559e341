import { isIP } from 'node:net';
import type { Context } from '../../platform/context.ts';
import { passkeysUnavailable } from './errors.ts';
import type { AssertionInput, RegistrationInput } from './passkey-schema.ts';
import {
  type Challenge,
  findPasskey,
  insertChallenge,
  type Passkey,
  takeChallenge,
  usePasskey,
} from './passkey-store.ts';

/** What an authenticator binds a passkey to (WebAuthn's relying party). */
interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

const challengeSeconds = 5 * 60;
/** Ed25519, ES256, RS256, as COSE numbers them: what authenticators have and Node verifies without experiments. */
const supportedAlgorithmIDs = [-8, -7, -257];

/** Few people ever use one, and it is large. */
const library = () => import('@simplewebauthn/server');

/** What a browser's `navigator.credentials.create` takes. */
export async function createRegistrationOptions(
  ctx: Context,
  options: {
    readonly publicUrl: string;
    readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
    readonly passkeys: readonly Passkey[];
  },
) {
  const { publicUrl, user, passkeys } = options;
  const party = relyingPartyOf(publicUrl);
  const { generateRegistrationOptions } = await library();
  const created = await generateRegistrationOptions({
    rpName: 'VoiceFlow',
    rpID: party.id,
    userID: userHandleOf(user.id),
    userName: user.email,
    userDisplayName: user.name ?? user.email,
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    supportedAlgorithmIDs,
    excludeCredentials: passkeys.map(describe),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await keepChallenge(ctx, { ...created, purpose: 'register', userId: user.id });
  return created;
}

/** What a browser's `navigator.credentials.get` takes: any passkey of this server, or one of these. */
export async function createAssertionOptions(
  ctx: Context,
  options: {
    readonly publicUrl: string;
    readonly purpose: 'log_in' | 'confirm';
    readonly userId: string | null;
    readonly passkeys: readonly Passkey[];
  },
) {
  const { publicUrl, purpose, userId, passkeys } = options;
  const party = relyingPartyOf(publicUrl);
  const { generateAuthenticationOptions } = await library();
  const created = await generateAuthenticationOptions({
    rpID: party.id,
    timeout: challengeSeconds * 1000,
    userVerification: 'required',
    allowCredentials: passkeys.map(describe),
  });
  await keepChallenge(ctx, { ...created, purpose, userId });
  return created;
}

/** What a new passkey is, once its answer has stood every check; else undefined. */
export async function verifyRegistration(
  ctx: Context,
  answer: {
    readonly publicUrl: string;
    readonly userId: string;
    readonly response: RegistrationInput;
  },
): Promise<
  Pick<Passkey, 'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'backedUp'> | undefined
> {
  const { publicUrl, userId, response } = answer;
  const party = relyingPartyOf(publicUrl);
  const { verifyRegistrationResponse } = await library();
  const { transports, ...attestation } = response.response;
  const verified = await verifyRegistrationResponse({
    response: {
      ...response,
      response: attestation,
      clientExtensionResults: {},
    },
    expectedChallenge: (challenge) => useChallenge(ctx, { challenge, purpose: 'register', userId }),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs,
  }).catch(refuse(ctx));
  if (!verified?.verified) return undefined;
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: credential.publicKey,
    signCount: credential.counter,
    transports: transports ?? [],
    backedUp: credentialBackedUp,
  };
}

/** The passkey that has signed this answer, once it has stood every check; else undefined. */
export async function verifyAssertion(
  ctx: Context,
  answer: {
    readonly publicUrl: string;
    readonly purpose: 'log_in' | 'confirm';
    /** Whose it must be; null: whosever it is. */
    readonly userId: string | null;
    readonly response: AssertionInput;
  },
): Promise<Passkey | undefined> {
  const { publicUrl, purpose, userId, response } = answer;
  const party = relyingPartyOf(publicUrl);
  const passkey = await findPasskey(ctx.db, response.id);
  if (!passkey || (userId !== null && passkey.userId !== userId)) return undefined;
  const { userHandle, ...assertion } = response.response;
  const owner = Buffer.from(userHandleOf(passkey.userId)).toString('base64url');
  if (userHandle !== undefined && userHandle !== owner) return undefined;
  const { verifyAuthenticationResponse } = await library();
  const verified = await verifyAuthenticationResponse({
    response: { ...response, response: assertion, clientExtensionResults: {} },
    expectedChallenge: (challenge) => useChallenge(ctx, { challenge, purpose, userId }),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.signCount,
    },
    requireUserVerification: true,
  }).catch(refuse(ctx));
  if (!verified?.verified) return undefined;
  const { newCounter: signCount, credentialBackedUp: backedUp } = verified.authenticationInfo;
  const usedAt = ctx.clock.now();
  const use = { id: passkey.id, signCount, backedUp, usedAt };
  return (await usePasskey(ctx.db, use)) ? passkey : undefined;
}

function describe({ credentialId, transports }: Passkey) {
  return { id: credentialId, transports: [...transports] };
}

/** This server, by the address under which people reach it. @throws DomainError `passkeys_unavailable` */
function relyingPartyOf(publicUrl: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  if (isIP(hostname.replaceAll(/[[\]]/g, ''))) throw passkeysUnavailable();
  return { id: hostname, origin };
}

/** What an authenticator keeps of the user: the id's 16 bytes, nothing of the person. */
function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex'));
}

function keepChallenge(ctx: Context, { challenge, purpose, userId }: Challenge): Promise<void> {
  const expiresAt = new Date(ctx.clock.now().getTime() + challengeSeconds * 1000);
  return insertChallenge(ctx.db, { challenge, purpose, userId, expiresAt });
}

function useChallenge(ctx: Context, challenge: Challenge): Promise<boolean> {
  return takeChallenge(ctx.db, { ...challenge, now: ctx.clock.now() });
}

/** The library throws on the first check that fails; which one is for the operator, not for the caller. */
function refuse(ctx: Context): (error: unknown) => undefined {
  return (error) => {
    ctx.log.info({ reason: error instanceof Error ? error.message : 'unknown' }, 'passkey refused');
    return undefined;
  };
}
