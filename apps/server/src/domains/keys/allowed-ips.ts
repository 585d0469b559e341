import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

type Address = ReturnType<typeof ipaddr.parse>;
type Network = readonly [address: Address, prefixLength: number];

const mappedPrefixLength = 96;
const parsedLists = new LRUCache<string, readonly Network[]>({ max: 1_000 });

/** A network in CIDR notation, or one address, in its one canonical spelling. */
export type ParsedNetwork =
  | { readonly network: string }
  /** Undefined where the text is no network; else it has bits behind its prefix, which belong here. */
  | { readonly meant: string | undefined };

/** Parses `10.0.0.0/8`, `2001:db8::/32` or a single address. IPv4-mapped IPv6 becomes IPv4. */
export function parseNetwork(text: string): ParsedNetwork {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  const prefixLength = prefix === undefined ? bits : Number(prefix);
  if (family === 0 || prefixLength > bits) return { meant: undefined };
  const [first, length] = unmap(ipaddr.parse(address), prefixLength);
  const network = `${firstOf(first, length)}/${length}`;
  return network === `${first}/${length}` ? { network } : { meant: network };
}

function unmap(address: Address, prefixLength: number): Network {
  return address instanceof ipaddr.IPv6 &&
    address.isIPv4MappedAddress() &&
    prefixLength >= mappedPrefixLength
    ? [address.toIPv4Address(), prefixLength - mappedPrefixLength]
    : [address, prefixLength];
}

function firstOf(address: Address, prefixLength: number): Address {
  const cidr = `${address}/${prefixLength}`;
  return address instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
    : ipaddr.IPv4.networkAddressFromCIDR(cidr);
}

/** Whether an address lies in one of the networks. What is no address lies in none. */
export function liesWithin(address: string, networks: readonly string[]): boolean {
  const [plain = ''] = address.split('%');
  if (isIP(plain) === 0) return false;
  const caller = ipaddr.process(plain);
  return parseAll(networks).some(
    ([network, length]) => network.kind() === caller.kind() && caller.match(network, length),
  );
}

function parseAll(networks: readonly string[]): readonly Network[] {
  const list = networks.join(' ');
  const known = parsedLists.get(list);
  if (known) return known;
  const parsed = networks.map((network) => ipaddr.parseCIDR(network));
  parsedLists.set(list, parsed);
  return parsed;
}
