import { describe, expect, it } from 'vitest';
import { liesWithin, parseNetwork } from './allowed-ips.ts';

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
  ])('reads %s as %s', (text, network) => {
    expect(parseNetwork(text)).toEqual({ network });
  });

  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['::ffff:10.1.0.0/104', '10.0.0.0/8'],
  ])('refuses %s and knows that %s was meant', (text, meant) => {
    expect(parseNetwork(text)).toEqual({ meant });
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '167772160',
    '2001:db8::/129',
    'fe80::1%eth0',
    'fe80::%eth0/64',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    ' 10.0.0.0/8',
    'example.com',
  ])('knows nothing of "%s"', (text) => {
    expect(parseNetwork(text)).toEqual({ meant: undefined });
  });
});

describe('liesWithin', () => {
  it.each([
    ['10.255.255.255', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['9.255.255.255', '10.0.0.0/8', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['::ffff:11.1.2.3', '10.0.0.0/8', false],
    ['2001:db8:ffff::1', '2001:db8::/32', true],
    ['2001:db9::', '2001:db8::/32', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['192.0.2.7', '192.0.2.7/32', true],
    ['192.0.2.8', '192.0.2.7/32', false],
    ['192.0.2.8', '0.0.0.0/0', true],
    ['192.0.2.8', '::/0', false],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['', '0.0.0.0/0', false],
    ['nowhere', '::/0', false],
  ])('%s in %s: %s', (address, network, expected) => {
    expect(liesWithin(address, [network])).toBe(expected);
  });

  it('is true when any of several networks holds the address, and false of none', () => {
    const networks = ['10.0.0.0/8', '2001:db8::/32'];
    expect(liesWithin('10.0.0.1', networks)).toBe(true);
    expect(liesWithin('2001:db8::1', networks)).toBe(true);
    expect(liesWithin('192.0.2.1', networks)).toBe(false);
    expect(liesWithin('10.0.0.1', [])).toBe(false);
  });
});
