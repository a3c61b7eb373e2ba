import { createPublicClient, defineChain, http, type PublicClient } from 'viem'
import { type Network, network, rpcUrlOf } from './network.ts'

/** How long one call of the chain may take, in milliseconds. */
const TIMEOUT = 10_000

/** The market's chain, as viem names chains: whatever is sent to another one is refused. */
export function chainOf({ deployment: { chainId }, rpcUrl }: Network) {
  return defineChain({
    id: chainId,
    name: 'MESH',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrl === undefined ? [] : [rpcUrl] } },
  })
}

/** Reads the market's chain itself, past the index. @throws WalletFault when the market does not say where it is */
export async function chainClient(): Promise<PublicClient> {
  const of = await network()
  return createPublicClient({
    chain: chainOf(of),
    transport: http(rpcUrlOf(of), { timeout: TIMEOUT, retryCount: 1 }),
    pollingInterval: 1_000,
  })
}
