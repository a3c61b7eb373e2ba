/**
 * A local chain in a process of its own: mines every transaction at once, listens on 127.0.0.1 and a free port,
 * tells its parent `{ port }`, and ends when the parent does. Its genesis differs by start.
 */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import { LOCAL_CHAIN_ID } from '../protocol/deployment.ts'
import { DEVELOPMENT_KEY } from './development-account.ts'
import { packageRoot } from './package-root.ts'

/** Gas money for any community, in wei: a million ether. */
const BALANCE = 1_000_000n * 10n ** 18n

// The parent answers Ctrl-C: the homes still have agreements to settle when it is pressed.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => process.exit())
process.on('disconnect', () => process.exit())

const environment = await createHardhatRuntimeEnvironment(
  {
    networks: {
      local: {
        type: 'edr-simulated',
        chainType: 'l1',
        chainId: LOCAL_CHAIN_ID,
        // A few wei at random make the state of block 0, and so its hash, differ by start.
        accounts: [
          { privateKey: DEVELOPMENT_KEY, balance: BALANCE + BigInt(`0x${randomBytes(8).toString('hex')}`) },
        ],
        // Blocks follow one another within milliseconds: with a second each, the chain's clock would run away.
        allowBlocksWithSameTimestamp: true,
        loggingEnabled: false,
      },
    },
  },
  {},
  fileURLToPath(packageRoot),
)
const server = await environment.network.createServer('local', '127.0.0.1', 0)
const { port } = await server.listen()
process.send?.({ port })
