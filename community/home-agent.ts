import { join } from 'node:path'
import { MeshNetwork, type MeshNetworkInit, type NetworkDescriptor } from '../agent/index.ts'
import type { HomeConfig } from './messages.ts'

/** Where homes listen, and those that others begin from besides; on loopback, free ports. */
const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']
const LISTEN_TO_PAGES = '/ip4/127.0.0.1/tcp/0/ws'

/** What a home's agent needs, whatever it trades by. */
export interface HomeInit {
  home: HomeConfig
  network: NetworkDescriptor
  /** Folder of the community's state; the home's own is below it. */
  directory: string
  mdns: boolean
  onError: (error: unknown) => void
}

/** The folder of a home. */
export function folderOf({ directory, home }: Pick<HomeInit, 'directory' | 'home'>): string {
  return join(directory, home.name)
}

/** The agent of a home, not connected yet. @param options what it has besides */
export function homeAgent(init: HomeInit, options: Partial<MeshNetworkInit> = {}): MeshNetwork {
  const { network, mdns, onError } = init
  const { isBootstrap = false } = init.home
  return new MeshNetwork({
    network,
    directory: folderOf(init),
    listen: isBootstrap ? [...LISTEN, LISTEN_TO_PAGES] : LISTEN,
    dhtServer: isBootstrap,
    mdns,
    onError,
    ...options,
  })
}

/**
 * Registers a home on chain, and puts stake and balance in place, with test dollars.
 *
 * @param standing minor units
 * @returns the id of its agent
 */
export async function enrollHome(
  agent: MeshNetwork,
  name: string,
  { stake, balance }: { stake: bigint; balance: bigint },
): Promise<bigint> {
  await agent.account.ensureTestDollars(stake + balance)
  const agentURI = `data:application/json,${encodeURIComponent(JSON.stringify({ name }))}`
  return agent.enroll({ agentURI, stake, balance })
}
