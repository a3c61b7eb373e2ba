import type { Deployment } from '../../../protocol/deployment.ts'

const address = `0x${'5f'.repeat(20)}` as const

/** A deployment for tests that speak over the network and touch no chain. */
export const deployment: Deployment = {
  chainId: 31337,
  genesisHash: `0x${'01'.repeat(32)}`,
  salt: `0x${'02'.repeat(32)}`,
  fromBlock: 0,
  contracts: {
    identityRegistry: address,
    treasury: address,
    intentEscrow: address,
    testDollar: address,
    reputationRegistry: address,
    meshDirectory: address,
  },
}
