import type { AccountApp } from '../account-app.ts';
import { logInOperator } from '../operator.ts';
import { confirm, createPerson, createStaffedTeam, enableTwoFactor } from '../team-app.ts';
import type { AuditedCalls } from './changing-call.ts';

async function invite(server: AccountApp) {
  const { teamId, accessToken: credential } = await createPerson(server);
  const body = { role: 'viewer' };
  const invited = await server.post(`/v1/teams/${teamId}/invite`, {
    accessToken: credential,
    body,
  });
  const { id, url } = invited.json();
  const token = new URL(url).hash.replace('#token=', '');
  return { credential, token, path: `/v1/teams/${teamId}/invitations/${id}` };
}

export const teamCalls: AuditedCalls = (server) => ({
  async 'POST /v1/operator/end-sessions'() {
    const { email } = await server.createAccount();
    await server.logIn(email);
    return { credential: await logInOperator(server), body: { email } };
  },
  async 'POST /v1/teams'() {
    const { accessToken: credential } = await createPerson(server);
    return { credential, body: { name: 'New' } };
  },
  async 'PATCH /v1/teams/:id'() {
    const { teamId, accessToken: credential } = await createPerson(server);
    return { credential, path: `/v1/teams/${teamId}`, body: { name: 'Renamed' } };
  },
  async 'PUT /v1/teams/:id/two-factor'() {
    const owner = await createPerson(server);
    await confirm(server, owner);
    await enableTwoFactor(server, owner);
    const path = `/v1/teams/${owner.teamId}/two-factor`;
    return { credential: owner.accessToken, path, body: { required: true } };
  },
  async 'PUT /v1/teams/:id/members/:user_id/role'() {
    const { teamId, owner, viewer } = await createStaffedTeam(server);
    const path = `/v1/teams/${teamId}/members/${viewer.userId}/role`;
    return { credential: owner.accessToken, path, body: { role: 'developer' } };
  },
  async 'DELETE /v1/teams/:id/members/:user_id'() {
    const { teamId, owner, viewer } = await createStaffedTeam(server);
    const path = `/v1/teams/${teamId}/members/${viewer.userId}`;
    return { credential: owner.accessToken, path };
  },
  async 'POST /v1/teams/:id/invite'() {
    const { teamId, accessToken: credential } = await createPerson(server);
    return { credential, path: `/v1/teams/${teamId}/invite`, body: { role: 'viewer' } };
  },
  async 'POST /v1/teams/:id/invitations/:invitation_id/resend'() {
    const { credential, path } = await invite(server);
    return { credential, path: `${path}/resend` };
  },
  async 'DELETE /v1/teams/:id/invitations/:invitation_id'() {
    const { credential, path } = await invite(server);
    return { credential, path };
  },
  async 'POST /v1/teams/:id/transfer'() {
    const { teamId, owner, viewer } = await createStaffedTeam(server);
    await confirm(server, owner);
    const path = `/v1/teams/${teamId}/transfer`;
    return { credential: owner.accessToken, path, body: { user_id: viewer.userId } };
  },
  async 'DELETE /v1/teams/:id'() {
    await createPerson(server);
    const owner = await createPerson(server);
    await confirm(server, owner);
    const path = `/v1/teams/${owner.teamId}`;
    return { credential: owner.accessToken, path, body: { name: "Ada's team" } };
  },
  async 'POST /v1/invitations/accept'() {
    const { token } = await invite(server);
    const { accessToken: credential } = await createPerson(server);
    return { credential, body: { token } };
  },
});
