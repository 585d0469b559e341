import ipaddr from 'ipaddr.js';

/** Where clouds answer to their own machines under an address that looks like any other. */
const metadataAddresses = new Set(['168.63.129.16']);

/** Whether anybody may be sent to this address: it is of the open internet, not of this or any network. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && !metadataAddresses.has(parsed.toString());
}

export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}
