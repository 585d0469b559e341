import { z } from 'zod';
import { showValue } from './shown-value.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/** The number that a form or a query says in text; whatever else it says, as it is. */
export function readDecimal(given: unknown): unknown {
  return typeof given === 'string' && decimal.test(given.trim()) ? Number(given) : given;
}

/** A query parameter that is a whole number. */
export function integerParameter({ min, max }: { readonly min: number; readonly max: number }) {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  const error = ({ input }: { readonly input?: unknown }) =>
    `must be a whole number ${range}, not ${showValue(input)}`;
  return z.preprocess(readDecimal, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** How many items of a list a page holds. */
export function pageSize(fallback = 50) {
  // Not `default`, which an OpenAPI document leaves out of what is read from text.
  return integerParameter({ min: 1, max: 100 }).prefault(fallback);
}
