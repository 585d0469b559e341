import type { FastifyInstance } from 'fastify';

/** Notes every route as it is added; answers which methods a path has. */
export function allowedMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
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
