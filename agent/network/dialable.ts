import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** One direct way, to a relay perhaps and through it to somebody else; each may say whose it is. */
const SHAPE = new RegExp(
  '^/(ip4|ip6|dns|dns4|dns6)' +
    '(/tcp(/ws|/wss|/tls/ws|/tls/sni/ws)?|/udp/quic-v1|/udp/webrtc-direct(/certhash){1,2})' +
    '(/p2p)?(/p2p-circuit(/webrtc)?(/p2p)?)?$',
)
const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/** RFC 1123, section 2.1; the last label is no number, or a URL would have an IPv4 address (WHATWG URL, section 3.5). */
const HOST_NAME = new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)*(?=[a-z])${LABEL}$`, 'i')
/** Components whose value is put into a URL as it is. */
const NAMES = new Set(['dns', 'dns4', 'dns6', 'sni'])

/**
 * Whether an agent may dial an address of which others told it: one of the ways in docs/protocol/reach.md, at a host
 * whose name is one. A multiaddr takes any text for a name, and WebSockets would dial what it makes of their URL:
 * another host, port and path.
 *
 * @example isDialable(multiaddr('/dns4/mesh.example.org/tcp/443/tls/ws')) // true
 * @example isDialable(multiaddr('/dns4/10.0.0.1:80?reboot=1/tcp/443/ws')) // false
 */
export function isDialable(address: Multiaddr): boolean {
  const components = address.getComponents()
  return (
    SHAPE.test(components.map(({ name }) => `/${name}`).join('')) &&
    components.every(({ name, value = '' }) => !NAMES.has(name) || HOST_NAME.test(value))
  )
}

/** For connection gaters of libp2p, which see every address once names of it are looked up (`dnsaddr`). */
export const onlyDialable = { denyDialMultiaddr: (address: Multiaddr) => !isDialable(address) }

/** Of endpoints, those that may be dialled, as addresses of a peer. @param endpoints texts, without peer id or with this one */
export function dialable(endpoints: readonly string[], peer: { toString(): string }): Multiaddr[] {
  return endpoints.flatMap((endpoint) => {
    try {
      const whose = `/p2p/${peer}`
      const address = multiaddr(endpoint.endsWith(whose) ? endpoint : endpoint + whose)
      return isDialable(address) ? [address] : []
    } catch {
      return []
    }
  })
}
