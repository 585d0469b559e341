import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { configureSso, getSso, removeSso } from './configure.ts';
import { addDomain, removeDomain, verifyDomain } from './domains.ts';
import {
  addDomainSchema,
  configureSsoSchema,
  domainParameters,
  presentDomain,
  presentSso,
  ssoDomainSchema,
  ssoParameters,
  ssoSchema,
} from './schema.ts';
import type { SsoServices } from './services.ts';

const shared = { tags: ['Single sign-on'], security: [{ AccessToken: [] }] };
const refusals = [
  'invalid_field',
  'missing_credential',
  'permission_denied',
  'team_not_found',
] as const;
const bodyRefusals = [...refusals, 'body_too_large', 'unsupported_media_type'] as const;

/** How a team logs in, for its owner and admins. */
export function addSsoRoutes(app: App, contextOf: ContextOf, services: () => SsoServices): void {
  const publicUrl = () => services().accounts.publicUrl;

  app.get(
    '/v1/teams/:id/sso',
    {
      schema: {
        ...shared,
        operationId: 'getSso',
        summary: 'How a team logs in',
        description: 'Its identity provider, its domains, and what the provider must be told.',
        params: ssoParameters,
        response: {
          200: {
            description: 'The settings',
            content: { 'application/json': { schema: ssoSchema } },
          },
          ...problems(...refusals),
        },
      },
    },
    async (request, reply) => {
      const sso = await getSso({ ctx: contextOf(request), input: request.params });
      return reply.type('application/json').send(presentSso(sso, publicUrl()));
    },
  );

  app.put(
    '/v1/teams/:id/sso',
    {
      schema: {
        ...shared,
        operationId: 'configureSso',
        summary: 'Set the identity provider',
        description:
          'By OpenID Connect or SAML 2.0. Another provider than before ends what people had connected; unless the owner names it, the domains must be proven anew.',
        params: ssoParameters,
        body: configureSsoSchema,
        response: {
          200: {
            description: 'The settings',
            content: { 'application/json': { schema: ssoSchema } },
          },
          ...problems(...bodyRefusals, 'plan_required'),
        },
      },
    },
    async (request, reply) => {
      const sso = await configureSso({
        ctx: contextOf(request),
        input: { id: request.params.id, settings: request.body },
        services: services(),
      });
      return reply.type('application/json').send(presentSso(sso, publicUrl()));
    },
  );

  app.delete(
    '/v1/teams/:id/sso',
    {
      schema: {
        ...shared,
        operationId: 'removeSso',
        summary: 'Remove the identity provider',
        description: 'Nobody logs in through it any more. The domains stay.',
        params: ssoParameters,
        response: {
          204: z.undefined().describe('It is gone'),
          ...problems(...refusals, 'sso_not_found'),
        },
      },
    },
    async (request, reply) => {
      await removeSso({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/teams/:id/sso/domains',
    {
      schema: {
        ...shared,
        operationId: 'addSsoDomain',
        summary: 'Add a domain',
        description:
          'The answer holds the TXT record by which the DNS proves that the domain is yours. The same domain again answers the same record.',
        params: ssoParameters,
        body: addDomainSchema,
        response: {
          201: {
            description: 'The domain, to be proven',
            content: { 'application/json': { schema: ssoDomainSchema } },
          },
          ...problems(...bodyRefusals, 'plan_required', 'too_many_domains'),
        },
      },
    },
    async (request, reply) => {
      const domain = await addDomain({
        ctx: contextOf(request),
        input: { id: request.params.id, domain: request.body.domain },
      });
      return reply.code(201).type('application/json').send(presentDomain(domain));
    },
  );

  app.post(
    '/v1/teams/:id/sso/domains/:domain/verify',
    {
      schema: {
        ...shared,
        operationId: 'verifySsoDomain',
        summary: 'Prove a domain',
        description:
          'Looks for the TXT record. From then on people with an address of this domain log in through the identity provider.',
        params: domainParameters,
        response: {
          200: {
            description: 'The domain, proven',
            content: { 'application/json': { schema: ssoDomainSchema } },
          },
          ...problems(
            ...refusals,
            'plan_required',
            'domain_not_found',
            'domain_unproven',
            'dns_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const domain = await verifyDomain({
        ctx: contextOf(request),
        input: request.params,
        services: services(),
      });
      return reply.type('application/json').send(presentDomain(domain));
    },
  );

  app.delete(
    '/v1/teams/:id/sso/domains/:domain',
    {
      schema: {
        ...shared,
        operationId: 'removeSsoDomain',
        summary: 'Remove a domain',
        description: 'People with an address of this domain log in as everybody does.',
        params: domainParameters,
        response: {
          204: z.undefined().describe('It is gone'),
          ...problems(...refusals, 'domain_not_found'),
        },
      },
    },
    async (request, reply) => {
      await removeDomain({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );
}
