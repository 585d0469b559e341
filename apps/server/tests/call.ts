import type { Roles } from './roles.ts';

export interface Call {
  method?: string;
  json?: unknown;
  form?: Record<string, string | Blob>;
  body?: string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData;
  headers?: Record<string, string>;
  /** Null sends no credential. */
  key?: string | null;
  signal?: AbortSignal;
}

/** Sends one request with the tenant's key; a body makes it a POST. */
export function call(roles: Pick<Roles, 'url' | 'key'>, path: string, request: Call = {}) {
  const headers = new Headers(request.headers);
  const key = request.key === undefined ? roles.key : request.key;
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  let body = request.body;
  if (request.json !== undefined) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(request.json);
  }
  if (request.form) {
    const form = new FormData();
    for (const [name, value] of Object.entries(request.form)) form.set(name, value);
    body = form;
  }
  return fetch(`${roles.url}${path}`, {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body === undefined ? {} : { body }),
    ...(request.signal ? { signal: request.signal } : {}),
  });
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
