/**
 * Publishes the sources of deployed contracts, so that explorers show what money obeys:
 *
 *     npm run verify -- 11155111        # the contracts of protocol/deployments/11155111.json, at sourcify.dev
 *
 * `MESH_SOURCIFY_URL` names another server. Ends with 1 when the server does not agree about a contract; what it knows
 * already is no error, so it can be run twice.
 */
import { readFile } from 'node:fs/promises'
import { packageRoot } from '../community/package-root.ts'
import { type Deployment, parseDeployment } from '../protocol/deployment.ts'
import { ConfigError, MeshError, messageOf } from '../protocol/errors.ts'
import { readSources } from './deploy/artifact.ts'
import { CONTRACTS } from './deploy/contracts.ts'
import { publish } from './verify-sources/sourcify.ts'

const SOURCIFY = 'https://sourcify.dev/server'

/**
 * Publishes the sources of every contract of a deployment, one after the other.
 *
 * @param options.server URL of a Sourcify server
 * @param options.onStep told of each contract, in words for people
 * @returns how many contracts the server did not agree about
 * @throws ConfigError `CONTRACT_NOT_COMPILED`
 *
 * @example
 * ```ts
 * const failed = await publishSources(deployment, { server: 'https://sourcify.dev/server' })
 * ```
 */
export async function publishSources(
  { chainId, contracts }: Deployment,
  options: { server: string; signal?: AbortSignal; onStep?: (step: string) => void },
): Promise<number> {
  let failed = 0
  for (const { name, source } of CONTRACTS) {
    const address = contracts[name]
    if (address === undefined) continue
    const sources = readSources(source)
    const outcome = await publish(options.server, chainId, address, sources, options.signal).catch(
      (error: unknown) => {
        options.signal?.throwIfAborted()
        failed += 1
        return `FAILED: ${messageOf(error)}`
      },
    )
    options.onStep?.(`${source} at ${address}: ${outcome}`)
  }
  return failed
}

async function main([chainId = '']: string[]): Promise<void> {
  try {
    const file = new URL(`protocol/deployments/${Number(chainId)}.json`, packageRoot)
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new ConfigError('DEPLOYMENT_UNKNOWN', 'There is no deployment on that chain.', {
        field: 'chain id',
        expected: 'the number of a file in protocol/deployments/',
        received: chainId || 'nothing',
        remedy: 'Deploy first (npm run deploy), then name the chain: npm run verify -- 11155111',
        cause,
      })
    })
    const server = (process.env.MESH_SOURCIFY_URL ?? SOURCIFY).replace(/\/$/, '')
    const failed = await publishSources(parseDeployment(JSON.parse(text)), { server, onStep: console.log })
    if (failed > 0) process.exitCode = 1
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

if (import.meta.main) await main(process.argv.slice(2))
