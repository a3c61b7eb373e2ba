import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MarketStanding, MeshNetwork, MeshNetworkInit } from '@mesh/sdk'
import type { Market } from './program.ts'

/** A line between two places, on which TCP connections are made. */
interface Line {
  readonly sockets: Set<Socket>
  /** Whether it connects two different places. */
  readonly isLong: boolean
  isCut: boolean
}

/** Who is at a place, and hears others at a Unix socket. */
interface Station {
  readonly place: string
  readonly path: string
  readonly agent: MeshNetwork
}

/**
 * A mesh by itself, whose agents reach one another, and the chain, over lines alone. Those between two places can be cut, as cables
 * and radio links can. The lines are TCP proxies on this machine, which end with the process.
 */
export class Lines {
  readonly #lines: Line[] = []
  readonly #stations: Station[] = []
  readonly #market: Market
  readonly #directory: Promise<string>

  constructor(market: Market) {
    this.#market = market
    this.#directory = mkdtemp(join(tmpdir(), 'mesh-lines-'))
  }

  /** An agent at a place, with a line to the chain and to each that came before. */
  async join(
    name: string,
    place: string,
    init: Partial<MeshNetworkInit>,
    standing: MarketStanding,
  ): Promise<MeshNetwork> {
    const { network } = this.#market
    const { hostname: host, port } = new URL(network.rpcUrl)
    const rpcUrl = `http://127.0.0.1:${await this.#lay(true, { host, port: Number(port || 80) })}`
    const bootstrapPeers = this.#stations.map(async (other) => {
      const line = await this.#lay(other.place !== place, { path: other.path })
      return `/ip4/127.0.0.1/tcp/${line}/p2p/${other.agent.peerId}`
    })
    const path = join(await this.#directory, String(this.#stations.length))
    const agent = await this.#market.join(
      name,
      {
        ...init,
        network: { ...network, rpcUrl, bootstrapPeers: await Promise.all(bootstrapPeers) },
        listen: [`/unix/${encodeURIComponent(path)}`],
      },
      standing,
    )
    this.#stations.push({ place, path, agent })
    return agent
  }

  /** Breaks all connections between two different places, and those to the chain, and lets no new one through. */
  cut(): void {
    for (const line of this.#lines.filter(({ isLong }) => isLong)) {
      line.isCut = true
      for (const socket of line.sockets) socket.destroy()
    }
  }

  mend(): void {
    for (const line of this.#lines) line.isCut = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(await this.#directory, { recursive: true, force: true })
  }

  /** @returns the port at which a line begins */
  async #lay(isLong: boolean, target: NetConnectOpts): Promise<number> {
    const line: Line = { sockets: new Set(), isLong, isCut: false }
    this.#lines.push(line)
    const server = createServer((inbound) => {
      if (line.isCut) return void inbound.destroy()
      const outbound = connect(target)
      for (const [socket, other] of [
        [inbound, outbound],
        [outbound, inbound],
      ] as const) {
        line.sockets.add(socket)
        socket.unref().pipe(other)
        socket.on('error', () => other.destroy()).on('close', () => line.sockets.delete(socket))
      }
    }).listen(0, '127.0.0.1')
    await once(server.unref(), 'listening')
    return (server.address() as AddressInfo).port
  }
}
