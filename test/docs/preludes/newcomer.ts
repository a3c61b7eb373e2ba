// An agent that has not joined yet.
import { MeshNetwork, readNetwork } from '@mesh/sdk'

const descriptor = await readNetwork('http://127.0.0.1:8787')
export const bootstrapPeers = descriptor.bootstrapPeers
export const network = new MeshNetwork({ network: descriptor, directory: false })
