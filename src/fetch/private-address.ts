import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** `code` of the error when a name leads to no public address. */
export const PRIVATE_ADDRESS = 'EPRIVATE';

/** What IANA's registries of special-purpose addresses keep from the public internet; 169.254.169.254 tells a cloud machine its keys. */
const SPECIAL_4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside of 2000::/3: Teredo and its like, documentation, and 6to4, behind which any IPv4 address can stand. */
const SPECIAL_6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const SPECIAL = new BlockList();
for (const [net, prefix] of SPECIAL_4) SPECIAL.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of SPECIAL_6) SPECIAL.addSubnet(net, prefix, 'ipv6');

/** All that is routed on the internet; mapped, translated, local and multicast addresses of IPv6 lie outside of it. */
const GLOBAL_6 = new BlockList();
GLOBAL_6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is not one of the public internet; what is no address counts as private. */
export function isPrivate(address: string): boolean {
  const [bare = ''] = address.split('%');
  const family = isIP(bare);
  if (family === 4) return SPECIAL.check(bare, 'ipv4');
  return family !== 6 || !GLOBAL_6.check(bare, 'ipv6') || SPECIAL.check(bare, 'ipv6');
}

/** Whether the host of a URL, as `URL` spells it, is an IP address and a private one. Names are judged when they are looked up. */
export function isPrivateLiteral(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 && isPrivate(bare);
}

type Resolve = (
  hostname: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up for a connection that is about to be made, and leaves private addresses out. Judging here and not before
 * means that the address that was judged is the one that is connected to, whatever the name answers the next time. Fails with
 * code PRIVATE_ADDRESS when nothing is left. A literal address never comes here: see isPrivateLiteral.
 */
export function publicLookup(resolve: Resolve = lookUp): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const open = addresses.filter(({ address }) => !isPrivate(address));
      const [first] = open;
      if (first === undefined) {
        return done(Object.assign(new Error('the host has no public address'), { code: PRIVATE_ADDRESS }), []);
      }
      if (options.all) done(null, open);
      else done(null, first.address, first.family);
    });
  };
}
