import { expect } from 'vitest';
import { AccountApp } from '../account-app.ts';
import { createPerson } from '../team-app.ts';
import { type DescribedBody, listDescribedBodies, send, withField } from './described-bodies.ts';

/** A text that a route takes, by the name of its field. */
export interface TakenText {
  readonly name: string;
  readonly route: DescribedBody;
  readonly field: string;
}

/** A server of whose routes texts can be sent to every one that takes such. */
export async function openTextTaker() {
  const server = await AccountApp.open();
  const person = await createPerson(server);
  const routes = await listDescribedBodies(server);
  return {
    close: () => server.close(),
    textsNamed: (isMeant: (field: string) => boolean): TakenText[] =>
      routes.flatMap((route) =>
        route.texts.filter(isMeant).map((field) => ({ name: route.name, route, field })),
      ),
    async expectRefused({ route, field }: TakenText, text: string): Promise<void> {
      const response = await send(server, person, route, withField(route.sample, [], field, text));
      const problem = response.json();
      // OAuth has a form of its own for errors.
      const param = problem.param ?? problem.error_description?.split(':')[0];
      expect([response.statusCode, param], `${text}: ${response.body}`).toEqual([400, field]);
      expect(['invalid_field', 'invalid_email', 'invalid_request']).toContain(
        problem.code ?? problem.error,
      );
    },
  };
}
