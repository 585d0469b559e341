import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { type App, hidden } from './app.ts';
import { openApiDocument } from './openapi.ts';
import { referencePolicy } from './security-headers.ts';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VoiceFlow API</title>
<style>body{margin:0}</style>
</head>
<body>
<redoc spec-url="/openapi.json" hide-download-button="false"></redoc>
<script src="/docs/api/redoc.js"></script>
</body>
</html>
`;

/** The OpenAPI document and a page that shows it. Nothing comes from elsewhere: it works offline. */
export function addReferencePage(app: App): void {
  const script = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
  let json: string | undefined;

  app.get('/openapi.json', hidden, async (_request, reply) => {
    json ??= JSON.stringify(openApiDocument(app));
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(json);
  });
  app.get('/docs/api', hidden, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', referencePolicy)
      .header('cache-control', 'no-cache')
      .send(page),
  );
  app.get('/docs/api/redoc.js', hidden, async (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=86400')
      .send(createReadStream(script)),
  );
}
