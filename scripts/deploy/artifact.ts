import { readFileSync } from 'node:fs'
import type { Abi } from 'viem'
import { z } from 'zod'
import { packageRoot } from '../../community/package-root.ts'
import { ConfigError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'

const hex = z.custom<Hex>((value) => typeof value === 'string' && /^0x([0-9a-f]{2})+$/.test(value))

const artifactSchema = z.object({
  abi: z.custom<Abi>((value) => Array.isArray(value)),
  bytecode: hex,
  deployedBytecode: hex,
  /** Where the constructor writes immutable values into the runtime code: byte offsets. */
  immutableReferences: z.record(z.string(), z.array(z.object({ start: z.number(), length: z.number() }))),
})

/** What the compiler made of a contract. */
export type Artifact = z.infer<typeof artifactSchema>

/**
 * Reads a compiled contract.
 *
 * @param source its file below `contracts/`, e.g. `Ledger.sol`
 * @throws ConfigError `CONTRACT_NOT_COMPILED` when there is no usable artifact.
 */
export function readArtifact(source: string): Artifact {
  const name = source.replace(/^.*\//, '').replace(/\.sol$/, '')
  const file = new URL(`artifacts/contracts/${source}/${name}.json`, packageRoot)
  try {
    return artifactSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new ConfigError('CONTRACT_NOT_COMPILED', 'A contract has not been compiled.', {
      field: source,
      expected: `artifacts/contracts/${source}/${name}.json`,
      remedy: 'Run `npm run compile`.',
      cause,
    })
  }
}

/** Whether runtime code on chain is what the compiler made, whatever its immutable values are. */
export function isCodeOf(artifact: Artifact, code: Hex | undefined): boolean {
  if (code?.length !== artifact.deployedBytecode.length) return false
  return withoutImmutables(artifact, code) === withoutImmutables(artifact, artifact.deployedBytecode)
}

function withoutImmutables({ immutableReferences }: Artifact, code: Hex): string {
  const bytes = Buffer.from(code.slice(2), 'hex')
  for (const { start, length } of Object.values(immutableReferences).flat()) {
    bytes.fill(0, start, start + length)
  }
  return bytes.toString('hex')
}
