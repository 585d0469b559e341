/** Attributes as OpenTelemetry takes them. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** W3C `traceparent` of what this is a part of; a new trace begins without a well-formed one. */
  readonly parent?: string | undefined;
  /** `server`: answers a caller; `producer`: hands work to another process; `consumer`: does it. */
  readonly kind: 'server' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/** A piece of work under way. */
export interface Span {
  /** For whatever is a part of it, in this process or another. */
  readonly traceparent: string;
  end(ending?: { failed?: boolean; attributes?: SpanAttributes }): void;
}

/** Tells a collector where the time of a request goes. Absent where nobody collects. */
export interface Tracer {
  start(name: string, options: SpanStart): Span;
  /** Sends what is left. */
  close(): Promise<void>;
}
