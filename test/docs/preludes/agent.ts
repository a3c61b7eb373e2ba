// An agent that is in the market that runs, with money to pay with.
import { MeshNetwork, readNetwork } from '@mesh/sdk'

export const descriptor = await readNetwork('http://127.0.0.1:8787')
export const network = new MeshNetwork({ network: descriptor, directory: false, domains: ['energy'] })
await network.connect()
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(100_000_000n)
await network.account.ensureBalance(10_000_000n)

const now = BigInt(Math.floor(Date.now() / 1000))
export const start = now + 600n
export const end = now + 1500n
