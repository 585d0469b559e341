import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadProgress, fetchAssets, findMissingAssets } from './fetch-assets.ts';
import type { Asset } from './manifest.ts';

let modelsDir: string;
let server: Server;
let origin: string;
let answer: RequestListener;
let requests: (string | undefined)[];

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

function assetAt(...paths: string[]): Asset {
  return {
    path: 'voices/test.bin',
    bytes: content.length,
    sha256,
    licence: 'Apache-2.0',
    origin: 'made for this test',
    sources: paths.map((path) => ({ kind: 'url', url: `${origin}${path}` })),
  };
}

const sendRest: RequestListener = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from));
};

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'voiceflow-assets-'));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(modelsDir, { recursive: true });
});

describe('fetchAssets', () => {
  it('brings a file, verifies it and reports progress up to the total', async () => {
    answer = sendRest;
    const seen: DownloadProgress[] = [];
    const asset = assetAt('/a');
    await fetchAssets({
      modelsDir,
      assets: [asset],
      onProgress: (progress) => seen.push(progress),
    });
    expect(await readFile(join(modelsDir, asset.path))).toEqual(content);
    expect(seen.at(-1)).toMatchObject({ receivedBytes: 100_000, totalBytes: 100_000 });
    await fetchAssets({ modelsDir, assets: [asset] });
    expect(requests).toHaveLength(1);
  });

  it('resumes where a cut connection stopped', async () => {
    answer = (request, response) => {
      if (requests.length > 1) return sendRest(request, response);
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 40_000));
      setTimeout(() => response.destroy(), 100);
    };
    await fetchAssets({ modelsDir, assets: [assetAt('/a')] });
    expect(requests).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(await readFile(join(modelsDir, 'voices/test.bin'))).toEqual(content);
  });

  it('outlives servers that close the connection while the disk is behind', async () => {
    answer = (_request, { socket }) => {
      socket?.write(`HTTP/1.0 200 OK\r\ncontent-length: ${content.length}\r\n\r\n`);
      socket?.write(content.subarray(0, 70_000), () => {
        socket.write(content.subarray(70_000), () => setImmediate(() => socket.end()));
      });
    };
    const assets = Array.from({ length: 40 }, (_, n) => ({ ...assetAt('/a'), path: `${n}.bin` }));
    await fetchAssets({ modelsDir, assets });
    const files = (await readdir(modelsDir)).filter((name) => name.endsWith('.bin'));
    expect(files).toHaveLength(assets.length);
  });

  it('follows where a source leads', async () => {
    answer = (request, response) => {
      if (request.url === '/there') return sendRest(request, response);
      response.writeHead(302, { location: '/there' }).end();
    };
    await fetchAssets({ modelsDir, assets: [assetAt('/a')] });
    expect(await readFile(join(modelsDir, 'voices/test.bin'))).toEqual(content);
  });

  it('says that a source leads round in circles', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/a' }).end();
    await expect(fetchAssets({ modelsDir, assets: [assetAt('/a')] })).rejects.toThrow(
      /more than 5 redirects/,
    );
  });

  it('starts over when the server does not do ranges', async () => {
    await writeFile(join(modelsDir, 'test.bin.part'), content.subarray(0, 500));
    answer = (_request, response) => response.writeHead(200).end(content);
    await fetchAssets({ modelsDir, assets: [{ ...assetAt('/a'), path: 'test.bin' }] });
    expect(requests).toEqual(['bytes=500-']);
    expect(await readFile(join(modelsDir, 'test.bin'))).toEqual(content);
  });

  it('asks the mirror first and the next source when one has a wrong file', async () => {
    const paths: (string | undefined)[] = [];
    answer = (request, response) => {
      paths.push(request.url);
      if (request.url === '/good') return sendRest(request, response);
      response.writeHead(200).end(Buffer.alloc(content.length));
    };
    const assets = [assetAt('/good')];
    await fetchAssets({ modelsDir, assets, mirror: `${origin}/mirror` });
    expect(paths).toEqual(['/mirror/voices/test.bin', '/good']);
  });

  it('names the hash when no source has the right file, and leaves nothing behind', async () => {
    answer = (_request, response) => response.writeHead(200).end(Buffer.alloc(content.length));
    await expect(fetchAssets({ modelsDir, assets: [assetAt('/a')] })).rejects.toThrow(/sha256/);
    expect(await readdir(join(modelsDir, 'voices'))).toEqual([]);
    expect(await readdir(modelsDir)).toEqual(['voices']);
  });

  it('says how much room is needed when the disk cannot hold the files', async () => {
    const huge = { ...assetAt('/a'), bytes: 1e18 };
    await expect(fetchAssets({ modelsDir, assets: [huge] })).rejects.toThrow(
      /disk is full: .* need \d+ MB .* \d+ MB are free/,
    );
    expect(requests).toEqual([]);
  });

  it('refuses a file that is longer than the manifest says', async () => {
    answer = (_request, response) => response.writeHead(200).end(Buffer.alloc(200_000));
    await expect(fetchAssets({ modelsDir, assets: [assetAt('/a')] })).rejects.toThrow(/longer/);
  });

  it('takes over the lock of a process that is gone', async () => {
    answer = sendRest;
    await writeFile(join(modelsDir, '.lock'), '4194305');
    await fetchAssets({ modelsDir, assets: [assetAt('/a')] });
    expect(await findMissingAssets(modelsDir, [assetAt('/a')])).toEqual([]);
  });
});

describe('findMissingAssets', () => {
  it('notices a file that changed after it was verified', async () => {
    answer = sendRest;
    const asset = assetAt('/a');
    await fetchAssets({ modelsDir, assets: [asset] });
    await writeFile(join(modelsDir, asset.path), Buffer.alloc(content.length));
    expect(await findMissingAssets(modelsDir, [asset])).toEqual([asset]);
  });
});
