import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createPublicClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { packageRoot } from '../../community/package-root.ts'
import { writeJson } from '../../community/write-json.ts'
import { type Deployment, LOCAL_CHAIN_ID, parseDeployment } from '../../protocol/deployment.ts'
import { ConfigError, MeshError, messageOf } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import type { DeployOptions } from '../deploy.ts'

const LOCAL_RPC_URL = 'http://127.0.0.1:8545'

/** The deploy command: chain and key from the environment, the result into `protocol/deployments/`. */
export async function main(deploy: (options: DeployOptions) => Promise<Deployment>): Promise<void> {
  try {
    const rpcUrl = process.env.MESH_RPC_URL ?? LOCAL_RPC_URL
    const chainId = await createPublicClient({ transport: http(rpcUrl) })
      .getChainId()
      .catch((cause: unknown) => {
        throw new ConfigError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
          field: 'MESH_RPC_URL',
          expected: 'an EVM chain over HTTP',
          remedy: `Start one at ${LOCAL_RPC_URL} (npm run chain), or set MESH_RPC_URL.`,
          cause,
        })
      })
    const account = privateKeyToAccount(await deployerKey(chainId))
    const file = fileURLToPath(new URL(`protocol/deployments/${chainId}.json`, packageRoot))
    const earlier = await readEarlier(file)
    const deployment = await deploy({
      ...{ rpcUrl, account, earlier, confirmations: confirmations() },
      onStep: (step) => console.error(step),
    })
    if (deployment !== earlier) await writeJson(file, deployment)
    console.log(JSON.stringify(deployment, undefined, 2))
    console.error(
      `The addresses are in protocol/deployments/${chainId}.json: agents take it as \`network\`, with an \`rpcUrl\`.`,
    )
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/** From a file that its owner alone reads, as a keystore or a service manager leaves it, else from the environment. */
async function deployerKey(chainId: number): Promise<Hex> {
  const { MESH_DEPLOYER_KEY_FILE: file, MESH_DEPLOYER_KEY: variable } = process.env
  const field = file === undefined ? 'MESH_DEPLOYER_KEY' : 'MESH_DEPLOYER_KEY_FILE'
  const fallback = chainId === LOCAL_CHAIN_ID ? DEVELOPMENT_KEY : undefined
  const key = file === undefined ? (variable ?? fallback) : await readKey(file)
  const prefixed = key?.startsWith('0x') ? key : `0x${key ?? ''}`
  if (/^0x[0-9a-fA-F]{64}$/.test(prefixed)) return prefixed as Hex
  throw new ConfigError('DEPLOYER_KEY_INVALID', 'There is no key to deploy with.', {
    field,
    expected: `a private key of 32 bytes in hexadecimal, for any chain but the local one (${LOCAL_CHAIN_ID})`,
    received: key === undefined ? `nothing, on chain ${chainId}` : `${key.length} characters`,
    remedy:
      'Set MESH_DEPLOYER_KEY_FILE to a file that holds it, or MESH_DEPLOYER_KEY; it is never read from arguments.',
  })
}

async function readKey(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new ConfigError('FILE_UNREADABLE', 'The file of the key cannot be read.', {
      field: 'MESH_DEPLOYER_KEY_FILE',
      received: messageOf(cause),
      remedy: 'Check the path and the permissions.',
      cause,
    })
  }
}

function confirmations(): number | undefined {
  const text = process.env.MESH_CONFIRMATIONS
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new ConfigError('CONFIRMATIONS_INVALID', 'It is not said how deep the deployment has to be.', {
    field: 'MESH_CONFIRMATIONS',
    expected: 'a number of blocks from 1 to 999',
    received: text,
    remedy: 'Leave it out for 3, and 1 on a local chain.',
  })
}

async function readEarlier(file: string): Promise<Deployment | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return parseDeployment(JSON.parse(text))
  } catch {
    // A file that cannot be used names no contracts to keep: it is replaced.
    return undefined
  }
}
