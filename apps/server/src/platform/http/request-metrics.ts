import { Counter, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from '../metrics/index.ts';
import type { EndedRequest } from './request-endings.ts';

/** Counts what the API is asked, by route, and times all but speech and probes. */
export class RequestMetrics {
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #duration: Histogram;

  constructor(register: Registry) {
    const registers = [register];
    this.#requests = new Counter({
      name: 'voiceflow_http_requests_total',
      help: 'Requests to the API and the web app that are over',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'voiceflow_http_request_duration_seconds',
      help: 'Duration of requests other than those for speech',
      buckets: [...durationBuckets],
      registers,
    });
  }

  ended({ method, route, status, seconds, speech }: EndedRequest): void {
    this.#requests.inc({ method, route: nameOf(route), status });
    // How long a web socket stays open is its caller's affair.
    if (speech || status === 101 || route?.startsWith('/health/')) return;
    this.#duration.observe(seconds);
  }
}

/** The files of the web app have names of their own with each build. */
function nameOf(route: string | undefined): string {
  if (route === undefined) return 'none';
  return route.startsWith('/assets/') ? '/assets/*' : route;
}
