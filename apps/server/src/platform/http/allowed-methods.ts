import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route that was added, hidden ones too, as `POST /v1/keys`. */
    routeNames(): string[];
  }
}

/** Notes every route as it is added; answers which methods a path has. */
export function allowedMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  const names: string[] = [];
  app.decorate('routeNames', () => names);
  app.addHook('onRoute', ({ url, method }) => {
    names.push(...[method].flat().map((one) => `${one} ${url}`));
    if (url.includes('*')) return;
    const pattern = new RegExp(`^${url.replaceAll(/:[^/]+/g, '[^/]+')}$`);
    routes.push({ pattern, methods: [method].flat() });
  });
  return (url) => {
    const path = url.split('?')[0] ?? '';
    const methods = routes.filter((route) => route.pattern.test(path)).flatMap((r) => r.methods);
    return [...new Set(methods)].sort();
  };
}
