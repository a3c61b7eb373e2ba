import type { Server, Socket } from 'node:net'
import { Shares } from './shares.ts'

/**
 * Ends what one address has beyond so many connections at a time, before anything is read of them: the server's bound of all
 * would else be one client's to use up.
 */
export function boundConnections(server: Server, perAddress: number): void {
  const shares = new Shares(perAddress)
  server.on('connection', (socket: Socket) => {
    const giveBack = shares.take(socket.remoteAddress)
    if (giveBack === undefined) socket.destroy()
    else socket.once('close', giveBack)
  })
}
