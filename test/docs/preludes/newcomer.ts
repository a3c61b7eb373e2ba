// An agent that has its gas money, and has not joined yet.
import { MeshNetwork, readNetwork } from '@mesh/sdk'
import { createTestClient, http } from 'viem'

const descriptor = await readNetwork('http://127.0.0.1:8787')
export const bootstrapPeers = descriptor.bootstrapPeers
export const network = new MeshNetwork({ network: descriptor, directory: false })
const { address } = await network.load()
const chain = createTestClient({ mode: 'anvil', transport: http(descriptor.rpcUrl) })
await chain.setBalance({ address, value: 10n ** 18n })
