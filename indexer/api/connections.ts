import type { Server, Socket } from 'node:net'

/**
 * Ends what one address has beyond so many connections at a time, before anything is read of them: the server's bound of all
 * would else be one client's to use up.
 */
export function boundConnections(server: Server, perAddress: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const group = groupOf(socket.remoteAddress)
    const count = open.get(group) ?? 0
    if (count >= perAddress) {
      socket.destroy()
      return
    }
    open.set(group, count + 1)
    socket.once('close', () => {
      const left = (open.get(group) ?? 1) - 1
      if (left > 0) open.set(group, left)
      else open.delete(group)
    })
  })
}

/** IPv4 within IPv6, as a server that listens to both sees it. */
const MAPPED = /^::ffff:(?=[\d.]+$)/i

/**
 * Whose an address is: an IPv4 address, or the /64 of an IPv6 address, which is one customer's (RFC 6177).
 *
 * @param address as `remoteAddress` has it, undefined when the client has gone
 */
export function groupOf(address = ''): string {
  const plain = address.replace(MAPPED, '')
  if (!plain.includes(':')) return plain
  const [head = [], tail] = plain.split('::').map((part) => part.split(':').filter((word) => word !== ''))
  const zeros = tail === undefined ? 0 : Math.max(8 - head.length - tail.length, 0)
  const words = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])]
  return words.slice(0, 4).join(':')
}
