import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { logLevels } from './platform/log.ts';

const repositoryRoot = resolve(import.meta.dirname, '../../..');

/** A whole number written in digits, within limits that the message names. */
function wholeNumber(minimum: number, maximum: number) {
  return z.string().transform((text, issues) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    issues.addIssue(`must be a whole number from ${minimum} to ${maximum}, not "${text}"`);
    return z.NEVER;
  });
}

const share = z.string().transform((text, issues) => {
  const value = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 1) return value;
  issues.addIssue(`must be a number from 0 to 1, such as 0.1, not "${text}"`);
  return z.NEVER;
});

const portOrOff = z.string().transform((text, issues) => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (text === 'off') return text;
  if (port <= 65_535) return port;
  issues.addIssue(`must be a whole number from 0 to 65535, or off, not "${text}"`);
  return z.NEVER;
});

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, {
    error: (issue) => `must be one of ${values.join(', ')}, not "${String(issue.input)}"`,
  });
}

function urlOf(protocols: readonly string[]) {
  return z.string().refine(
    (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
    // The value may hold a password, so it is not repeated.
    { error: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}` },
  );
}

/** More would hold more times in memory than they are worth. */
const highestLimit = 100_000;

function requestLimit(standard: number) {
  return wholeNumber(0, highestLimit).default(standard);
}

function oauthClient(what: 'ID' | 'secret', provider: string) {
  return z
    .string()
    .min(1)
    .optional()
    .describe(`Client ${what} of this server at ${provider}. With both, people can log in there.`);
}

function concurrency(standard: number) {
  return wholeNumber(0, highestLimit).default(standard);
}

function isDnsServer(text: string): boolean {
  const [, address = text, port = '53'] =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? /^([\d.]+)(?::(\d+))?$/.exec(text) ?? [];
  return isIP(address) !== 0 && Number(port) > 0 && Number(port) < 65_536;
}

/** One address, or a network in CIDR notation that is not the whole internet. */
function isProxyNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && (prefix === undefined || (+prefix > 0 && +prefix <= bits));
}

const absolutePath = z
  .string()
  .min(1)
  .transform((path) => resolve(path));
const cores = availableParallelism();

/**
 * Every setting of the server. `.describe()` is the text of the reference page (`docs:settings`),
 * where `defaultText` replaces a default that depends on the machine.
 */
export const envSchema = z.object({
  PORT: wholeNumber(0, 65_535)
    .default(8080)
    .describe('Port of the API and the playground. 0 takes a free one.'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address to listen on. `0.0.0.0` (or `::`) makes the server reachable from other machines.',
    ),
  TRUSTED_PROXIES: z
    .string()
    .transform((text, issues) => {
      const proxies = text.split(',').map((proxy) => proxy.trim());
      if (proxies.every(isProxyNetwork)) return proxies;
      issues.addIssue('must be addresses or networks such as 10.0.0.0/8, with commas between');
      return z.NEVER;
    })
    .optional()
    .describe(
      'Proxies in front of the server, as `127.0.0.1,10.0.0.0/8`. Of a request that comes through them the address of the caller is the last one in `X-Forwarded-For` that is none of theirs; from anybody else that header counts for nothing.',
    ),
  VOICEFLOW_HOME: absolutePath
    .default(resolve(repositoryRoot, '.voiceflow'))
    .describe('Folder of everything that is kept: models, embedded database, cache, logs.')
    .meta({ defaultText: '`.voiceflow` in the repository' }),
  DRAIN_SECONDS: wholeNumber(0, 86_400)
    .optional()
    .describe(
      'How long requests and streams that are under way may go on when the API is told to end. It takes nothing new meanwhile, and ends as soon as they have ended; what is left then is cut off.',
    )
    .meta({ defaultText: '600; with `npm start` 5' }),
  DATABASE_URL: urlOf(['postgres:', 'postgresql:'])
    .optional()
    .describe(
      'PostgreSQL 15 or newer to use in place of the embedded one, as `postgres://user:password@host/database`.',
    ),
  DATABASE_POOL_SIZE: wholeNumber(1, 500)
    .default(10)
    .describe('Connections that the API process may open to the database.'),
  REDIS_URL: urlOf(['redis:', 'rediss:'])
    .optional()
    .describe(
      'Redis 7 or newer, as `redis://user:password@host:6379`. Several API processes then count limits together and share what they know of keys; without it each does so by itself.',
    ),
  VOICEFLOW_BOOTSTRAP_KEY_FILE: absolutePath
    .optional()
    .describe(
      'File that receives the first API key (mode 0600). When it is gone, the next start writes a new key to it.',
    ),
  BREACHED_PASSWORDS_FILE: absolutePath
    .optional()
    .describe(
      'Passwords that were stolen elsewhere, which nobody may take here: the list of Pwned Passwords, ordered by SHA-1, as its downloader writes it into one file. It is searched where it lies, and nothing is asked of anybody.',
    ),
  SECOND_FACTOR: oneOf(['by_team', 'required'])
    .default('by_team')
    .describe(
      'Who must show a second factor to act in a team: the members of teams that ask for it, or everybody who logs in here. API keys go on as they are.',
    ),
  VOICEFLOW_MODEL_MIRROR: urlOf(['http:', 'https:'])
    .optional()
    .describe('Where to look for model files first. They are verified whatever the source.'),
  VOICEFLOW_LOCAL_OPERATOR: oneOf(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Whether a browser on this very machine may use the playground without a key. `auto`: only with the embedded database.',
    ),
  VOICEFLOW_JOBS: oneOf(['on', 'off'])
    .default('on')
    .describe(
      'Whether mail, webhooks and upkeep are done by this start too. `off`: processes of their own do it (`node apps/server/src/jobs.ts`), any number of them.',
    ),
  WORKERS: wholeNumber(1, 256)
    .default(Math.min(4, Math.max(1, Math.floor(cores / 2))))
    .describe('Synthesis processes. Each holds the model (0.5 to 0.9 GB of memory).')
    .meta({ defaultText: 'half the cores, from 1 to 4' }),
  WORKER_THREADS: wholeNumber(1, 64)
    .default(Math.min(2, cores))
    .describe(
      'Threads of one synthesis process. 2 gives the first audio sooner; more processes of 1 thread give more audio altogether.',
    )
    .meta({ defaultText: '2 (1 on a single core)' }),
  KOKORO_VARIANT: oneOf(['auto', 'quantised', 'float', 'shipped'])
    .default('auto')
    .describe('Which form of the model serves. `auto` measures at set-up and keeps the fastest.'),
  KOKORO_MODEL_FILE: absolutePath
    .optional()
    .describe(
      'The model file that a worker opens. The supervisor sets it; a worker without one fetches and prepares its own.',
    ),
  CACHE_MAX_MB: wholeNumber(0, 10_000_000)
    .default(1024)
    .describe('Disk that finished audio may take for repeats. 0 keeps none.'),
  CACHE_MEMORY_MB: wholeNumber(0, 1_000_000)
    .default(16)
    .describe('Memory of the API process for the most recent audio in front of the disk.'),
  CONCURRENCY_FREE: concurrency(10).describe(
    'Requests for speech that a team on the plan free may have under way or waiting at once; what comes from the cache does not count. 0 sets no limit.',
  ),
  CONCURRENCY_PRO: concurrency(50).describe('The same for the plan pro.'),
  CONCURRENCY_ENTERPRISE: concurrency(200).describe('The same for the plan enterprise.'),
  LIVE_CONNECTIONS_FREE: concurrency(10).describe(
    'Connections for live text (`/v1/generate/ws`) that a team on the plan free may have open at once, at all API processes together where `REDIS_URL` is set. 0 sets no limit.',
  ),
  LIVE_CONNECTIONS_PRO: concurrency(50).describe('The same for the plan pro.'),
  LIVE_CONNECTIONS_ENTERPRISE: concurrency(200).describe('The same for the plan enterprise.'),
  QUEUE: oneOf(['embedded', 'redis'])
    .default('embedded')
    .describe(
      'Where requests wait for a worker. `embedded`: in the API process, to which the workers on its machine connect. `redis`: in `REDIS_URL`, for any number of API processes and workers on any machines; the other settings of the queue must then be the same for all of them.',
    ),
  QUEUE_MAX_WAITING: wholeNumber(1, highestLimit)
    .default(256)
    .describe(
      'Requests of all teams that may wait for a worker. When it is full, those of the lowest plan make room for higher ones, and others are refused (503).',
    ),
  QUEUE_TIMEOUT_SECONDS: wholeNumber(1, 3_600)
    .default(120)
    .describe('How long a request may wait for a worker before it is given up (504).'),
  QUEUE_LOWER_TIER_PERCENT: wholeNumber(0, 40)
    .default(5)
    .describe(
      'Share of the compute time that each lower plan gets while higher ones would take it all.',
    ),
  SYNTHESIS_TIMEOUT_SECONDS: wholeNumber(1, 86_400)
    .default(600)
    .describe(
      'How long a worker may compute on one request before it is stopped (504). The time for which a slow reader holds it up does not count.',
    ),
  DEAD_LETTER_DAYS: wholeNumber(1, 365)
    .default(7)
    .describe(
      'How long requests that failed for good are kept, with their text, for the operator of this server.',
    ),
  RATE_LIMIT_FREE_PER_MINUTE: requestLimit(60).describe(
    'Requests that a key of a team on the plan free may send in any minute; the team may send five times as many. 0 sets no limit.',
  ),
  RATE_LIMIT_PRO_PER_MINUTE: requestLimit(600).describe('The same for the plan pro.'),
  RATE_LIMIT_ENTERPRISE_PER_MINUTE: requestLimit(6_000).describe(
    'The same for the plan enterprise, which the first team of a server has.',
  ),
  RATE_LIMIT_FAILURES_PER_MINUTE: requestLimit(120).describe(
    'Requests without a valid credential that one address (of IPv6: one /64 network) may send in any minute. 0 sets no limit.',
  ),
  VOICEFLOW_PUBLIC_URL: urlOf(['http:', 'https:'])
    .optional()
    .describe(
      'Address under which people reach this server: in the links of mails, and as the issuer of access tokens. With `https://` cookies are sent over TLS alone.',
    )
    .meta({ defaultText: '`http://localhost:PORT`' }),
  ACCOUNT_DELETION_GRACE_DAYS: wholeNumber(0, 365)
    .default(14)
    .describe(
      'Days from the wish to delete an account until it is erased; within them its owner may take it back.',
    ),
  VOICEFLOW_SECRET: z
    .string()
    .min(32, { error: 'must have at least 32 characters' })
    .optional()
    .describe(
      'Seals secrets in the database. Set the same one for every server of one database. Not set: a file in `VOICEFLOW_HOME`.',
    ),
  OAUTH_GOOGLE_CLIENT_ID: oauthClient('ID', 'Google'),
  OAUTH_GOOGLE_CLIENT_SECRET: oauthClient('secret', 'Google'),
  OAUTH_GOOGLE_ISSUER: urlOf(['http:', 'https:'])
    .default('https://accounts.google.com')
    .describe('OpenID issuer behind the button "Google".'),
  OAUTH_GITHUB_CLIENT_ID: oauthClient('ID', 'GitHub'),
  OAUTH_GITHUB_CLIENT_SECRET: oauthClient('secret', 'GitHub'),
  OAUTH_GITHUB_URL: urlOf(['http:', 'https:'])
    .default('https://github.com')
    .describe('GitHub, or a GitHub Enterprise Server.'),
  OAUTH_GITHUB_API_URL: urlOf(['http:', 'https:'])
    .default('https://api.github.com')
    .describe('Its API; that of a GitHub Enterprise Server is `https://HOST/api/v3`.'),
  SSO_PRIVATE_NETWORK: oneOf(['refused', 'allowed'])
    .default('refused')
    .describe(
      "Whether the identity provider of a team may be in this server's own network, and without TLS. `allowed` lets the admins of teams make the server send requests there.",
    ),
  DNS_SERVERS: z
    .string()
    .transform((text, issues) => {
      const servers = text.split(',').map((server) => server.trim());
      if (servers.every(isDnsServer)) return servers;
      issues.addIssue('must be addresses such as 9.9.9.9 or 127.0.0.1:5353, with commas between');
      return z.NEVER;
    })
    .optional()
    .describe(
      "Name servers that are asked whether a mail domain is a team's, as `9.9.9.9,[2620:fe::fe]:53`. Not set: those of the machine.",
    ),
  SMTP_URL: urlOf(['smtp:', 'smtps:'])
    .optional()
    .describe(
      'Server that sends mail, as `smtp://user:password@host:587`. Not set: mail is kept for the person at this machine, at `/mailbox`.',
    ),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, { error: 'must hold an address' })
    .default('VoiceFlow <no-reply@localhost>')
    .describe('Sender of the mails, as `Name <address>`.'),
  METRICS_PORT: portOrOff
    .default(9464)
    .describe(
      'Port of the figures for Prometheus, at `/metrics`. Where it is taken, the server runs without them until it is free. 0 takes a free one, `off` serves none.',
    ),
  METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address of that port. Whoever reaches it reads the figures of all teams without a credential.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(['http:', 'https:'])
    .optional()
    .describe(
      'OpenTelemetry collector that takes traces by OTLP over HTTP, as `http://localhost:4318`. Not set: nothing is traced.',
    ),
  OTEL_TRACES_SAMPLER_ARG: share
    .default(1)
    .describe(
      'Share of the requests that are traced, from 0 to 1. Where a caller sends a `traceparent`, that decides.',
    ),
  VOICEFLOW_PROCESS: z
    .string()
    .min(1)
    .optional()
    .describe('What a process is called in metrics. The supervisor sets it.')
    .meta({ defaultText: '`api`, `worker` or `jobs`' }),
  LOG_LEVEL: oneOf(logLevels).default('info').describe('Least severe level that is logged.'),
});

export type Env = z.output<typeof envSchema>;

/** A setting that cannot be used. The message names each one and says what is allowed. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
  }
}

/** Parses the settings; one that is set to nothing counts as not set. Throws SettingsError. */
export function parseEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const parsed = envSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) {
    refuseHalfClients(parsed.data);
    if (parsed.data.QUEUE === 'redis' && parsed.data.REDIS_URL === undefined) {
      throw new SettingsError(['REDIS_URL must be set too, because QUEUE is redis']);
    }
    return parsed.data;
  }
  throw new SettingsError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
  );
}

/** A client without its secret, or the other way round, would only show when somebody logs in. */
function refuseHalfClients(env: Env): void {
  const problems = (['GOOGLE', 'GITHUB'] as const).flatMap((provider) => {
    const id = `OAUTH_${provider}_CLIENT_ID` as const;
    const secret = `OAUTH_${provider}_CLIENT_SECRET` as const;
    if ((env[id] === undefined) === (env[secret] === undefined)) return [];
    const [given, missing] = env[id] === undefined ? [secret, id] : [id, secret];
    return [`${missing} must be set too, because ${given} is`];
  });
  if (problems.length > 0) throw new SettingsError(problems);
}

/** The settings of this process; a bad one ends it with a line on stderr and exit code 78 (EX_CONFIG). */
export function readEnv(): Env {
  try {
    return parseEnv(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`Settings:\n${error.message.replaceAll(/^/gm, '  ')}\n`);
    process.exit(78);
  }
}
