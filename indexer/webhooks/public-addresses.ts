import { BlockList, isIP } from 'node:net'

/**
 * IPv4 addresses that are not of the public internet.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const SPECIAL_IP4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]
/** The IPv6 addresses that are given to networks, of which some are not, or lead into IPv4. */
const GLOBAL_IP6 = '2000::/3'
/** Source: https://www.iana.org/assignments/iana-ipv6-special-registry */
const SPECIAL_IP6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const special = listOf([...SPECIAL_IP4, ...SPECIAL_IP6])
const global = listOf([GLOBAL_IP6])
const loopback = listOf(['127.0.0.0/8', '::1/128'])

/** Whether an address is one of the public internet: not of this machine, nor of a network behind it. */
export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !special.check(address)
  return version === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && loopback.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
