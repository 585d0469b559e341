// Fastify with one route that returns the bytes of a file. Arguments: file, content type.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [file = '', contentType = ''] = process.argv.slice(2);
const bytes = readFileSync(file);
const app = Fastify();
app.post('/v1/generate', (_request, reply) => reply.type(contentType).send(bytes));
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
