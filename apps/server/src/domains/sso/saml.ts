import { hash } from 'node:crypto';
import type { Profile, SAML } from '@node-saml/node-saml';
import { z } from 'zod';
import { type ProviderProfile, signInFailed } from '../../platform/oauth/index.ts';
import type { ServiceProvider } from './services.ts';
import type { SamlConnection } from './store.ts';

const requestLastsMs = 10 * 60 * 1000;
const maxAssertionAgeMs = 10 * 60 * 1000;
const clockSkewMs = 60 * 1000;
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** The names under which providers send the address. */
const emailAttributes = [
  'email',
  'mail',
  'emailaddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];
const nameAttributes = [
  'displayName',
  'name',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
];

export interface SamlRound {
  readonly connection: SamlConnection;
  readonly provider: ServiceProvider;
  /** What travels as RelayState, and names the request. */
  readonly state: string;
}

/** The page of the provider to send the browser to. */
export async function samlAddress(round: SamlRound): Promise<string> {
  const saml = await createSaml(round);
  return saml.getAuthorizeUrlAsync(round.state, undefined, {});
}

/**
 * Whom an assertion names, if it is this provider's answer to this very request.
 * @throws DomainError `sign_in_failed`
 */
export async function readAssertion(
  round: SamlRound,
  samlResponse: string,
): Promise<ProviderProfile> {
  try {
    refuseUnsafeXml(Buffer.from(samlResponse, 'base64').toString());
    const saml = await createSaml(round);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: samlResponse });
    if (!profile) throw new Error('there is no assertion');
    requireAnswerTo(round, profile);
    return toProfile(profile);
  } catch (error) {
    throw signInFailed(error);
  }
}

async function createSaml({ connection, provider, state }: SamlRound): Promise<SAML> {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
  const requestId = requestIdOf(state);
  return new SAML({
    issuer: provider.samlEntityId,
    audience: provider.samlEntityId,
    callbackUrl: provider.samlAcsUrl,
    entryPoint: connection.signInUrl,
    idpCert: [...connection.certificates],
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: clockSkewMs,
    maxAssertionAgeMs,
    requestIdExpirationPeriodMs: requestLastsMs,
    generateUniqueId: () => requestId,
    validateInResponseTo: ValidateInResponseTo.always,
    // The request is named by the state, which the database gives out once: it is the only one there is.
    cacheProvider: {
      saveAsync: async (key, value) => ({ value, createdAt: Date.now(), key }),
      getAsync: async (key) => (key === requestId ? new Date().toISOString() : null),
      removeAsync: async (key) => key,
    },
  });
}

function requestIdOf(state: string): string {
  return `_${hash('sha256', `saml:${state}`, 'hex')}`;
}

/** No answer needs a document type, which could read files or grow without end, nor broken hashes. */
function refuseUnsafeXml(xml: string): void {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new Error('the answer has a document type');
  if (/xmldsig#(?:rsa-|hmac-)?sha1|hmac-sha/i.test(xml)) {
    throw new Error('the answer is signed by SHA-1 or without a key pair');
  }
}

const confirmationSchema = z.object({
  $: z.object({ Method: z.string() }),
  SubjectConfirmationData: z.tuple([
    z.object({
      $: z.object({
        InResponseTo: z.string(),
        Recipient: z.string(),
        NotOnOrAfter: z.string(),
      }),
    }),
  ]),
});
const assertionSchema = z.object({
  Assertion: z.object({
    Subject: z.tuple([z.object({ SubjectConfirmation: z.array(z.unknown()) })]),
  }),
});

/**
 * What the library leaves open: who signed, for which address, and that the signed part itself, not
 * just the wrapping around it, answers this request.
 */
function requireAnswerTo({ connection, provider, state }: SamlRound, profile: Profile): void {
  if (profile.issuer !== connection.entityId) throw new Error('the assertion is of another issuer');
  const { Assertion } = assertionSchema.parse(profile.getAssertion?.());
  const confirmed = Assertion.Subject[0].SubjectConfirmation.some((given) => {
    const confirmation = confirmationSchema.safeParse(given);
    if (!confirmation.success || confirmation.data.$.Method !== bearer) return false;
    const { InResponseTo, Recipient, NotOnOrAfter } =
      confirmation.data.SubjectConfirmationData[0].$;
    return (
      InResponseTo === requestIdOf(state) &&
      Recipient === provider.samlAcsUrl &&
      Date.parse(NotOnOrAfter) + clockSkewMs > Date.now()
    );
  });
  if (!confirmed) throw new Error('the assertion confirms nobody for this request');
}

function toProfile(profile: Profile): ProviderProfile {
  const named = /^[^\s@]+@[^\s@]+$/.test(profile.nameID) ? profile.nameID : undefined;
  const email = textOf(profile, emailAttributes) ?? named;
  // A name that changes each time recognises nobody.
  const subject = profile.nameIDFormat === transient ? email : profile.nameID;
  if (!subject || subject.length > 500) throw new Error('the assertion names nobody');
  return {
    subject,
    email,
    emailVerified: undefined,
    name: textOf(profile, nameAttributes)?.slice(0, 255) ?? null,
  };
}

function textOf(profile: Profile, attributes: readonly string[]): string | undefined {
  for (const name of attributes) {
    const value = profile[name];
    if (typeof value === 'string' && value !== '') return value.trim();
  }
  return undefined;
}

/** What an identity provider reads of this server. */
export async function samlMetadata(provider: ServiceProvider): Promise<string> {
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
  return generateServiceProviderMetadata({
    issuer: provider.samlEntityId,
    callbackUrl: provider.samlAcsUrl,
    wantAssertionsSigned: true,
    identifierFormat: null,
  });
}
