import * as z from 'zod/mini';
import { readOwnPath } from './own-path.ts';

/** A word out of an address, or nothing where there is none or something else. */
const word = z.catch(z.optional(z.string().check(z.maxLength(100))), undefined);

// What a page does not name it inherits as it came: each names all that it reads, also where it is refused.

interface LogInSearch {
  /** Where to go afterwards: a page of this server. */
  next?: string | undefined;
  /** With which code a provider sent the browser back. */
  error?: string | undefined;
  second_factor?: string | undefined;
}

export function parseLogInSearch(search: Record<string, unknown>): LogInSearch {
  return {
    next: readOwnPath(search.next),
    error: word.parse(search.error),
    second_factor: word.parse(search.second_factor),
  };
}

interface SecuritySearch {
  /** The provider that was connected just now. */
  connected?: string | undefined;
  error?: string | undefined;
}

export function parseSecuritySearch(search: Record<string, unknown>): SecuritySearch {
  return { connected: word.parse(search.connected), error: word.parse(search.error) };
}

export function parseDeviceSearch(search: Record<string, unknown>): {
  user_code?: string | undefined;
} {
  return { user_code: word.parse(search.user_code) };
}
