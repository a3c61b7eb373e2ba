import { join } from 'node:path'
import {
  type Address,
  type Identity,
  MeshNetwork,
  type MeshNetworkInit,
  type NetworkDescriptor,
} from '../agent/index.ts'
import type { HomeConfig } from './messages.ts'

/** Where homes listen, and those that others begin from besides; on loopback, free ports. */
const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']
const LISTEN_TO_PAGES = '/ip4/127.0.0.1/tcp/0/ws'

/** What a home needs, whatever it trades by. */
export interface HomeInit {
  home: HomeConfig
  network: NetworkDescriptor
  /** Folder of the community's state; the home's own is below it. */
  directory: string
  mdns: boolean
  onError: (error: unknown) => void
}

/** A home and its agent, whatever it trades by. */
export abstract class Home {
  readonly name: string
  /** Folder of its agent's state. */
  protected readonly folder: string
  protected readonly network: MeshNetwork
  #agentId = 0n

  /** @param options what its agent has besides */
  constructor({ home, network, directory, mdns, onError }: HomeInit, options: Partial<MeshNetworkInit> = {}) {
    const { name, isBootstrap = false } = home
    this.name = name
    this.folder = join(directory, name)
    this.network = new MeshNetwork({
      network,
      directory: this.folder,
      listen: isBootstrap ? [...LISTEN, LISTEN_TO_PAGES] : LISTEN,
      dhtServer: isBootstrap,
      mdns,
      onError,
      ...options,
    })
  }

  /** Loads the home's key, or makes it: the address that needs gas money before it joins. */
  load(): Promise<Identity> {
    return this.network.load()
  }

  get address(): Address {
    return this.network.address
  }

  /** Multiaddrs with peer id. */
  get endpoints(): string[] {
    return this.network.endpoints
  }

  /** 0n before it is enrolled. */
  get agentId(): bigint {
    return this.#agentId
  }

  async stop(): Promise<void> {
    await this.network.disconnect()
  }

  /** Registers the home on chain, and puts stake and balance in place, with test dollars; both in minor units. */
  protected async enroll({ stake, balance }: { stake: bigint; balance: bigint }): Promise<void> {
    await this.network.account.ensureTestDollars(stake + balance)
    const agentURI = `data:application/json,${encodeURIComponent(JSON.stringify({ name: this.name }))}`
    this.#agentId = await this.network.enroll({ agentURI, stake, balance })
  }
}
