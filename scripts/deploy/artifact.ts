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

const originSchema = z.object({ buildInfoId: z.string(), inputSourceName: z.string() })
const buildSchema = z.object({ solcLongVersion: z.string(), input: z.unknown() })

/** What it takes to compile a contract again. */
export interface Sources {
  stdJsonInput: unknown
  /** With its commit. */
  compilerVersion: string
  /** Path of the source, colon, name. */
  contractIdentifier: string
}

/** What the compiler made of a contract. */
export type Artifact = z.infer<typeof artifactSchema>

/**
 * Reads a compiled contract.
 *
 * @param source its file below `contracts/`, e.g. `Ledger.sol`
 * @throws ConfigError `CONTRACT_NOT_COMPILED` when there is no usable artifact.
 */
export function readArtifact(source: string): Artifact {
  return read(artifactSchema, source, `contracts/${source}/${nameOf(source)}.json`)
}

/**
 * Reads what a contract was compiled from, and by which compiler.
 *
 * @param source its file below `contracts/`
 * @throws ConfigError `CONTRACT_NOT_COMPILED` when there is no usable artifact.
 */
export function readSources(source: string): Sources {
  const name = nameOf(source)
  const { buildInfoId, inputSourceName } = read(originSchema, source, `contracts/${source}/${name}.json`)
  const { input, solcLongVersion } = read(buildSchema, source, `build-info/${buildInfoId}.json`)
  const contractIdentifier = `${inputSourceName}:${name}`
  return { stdJsonInput: input, compilerVersion: solcLongVersion, contractIdentifier }
}

function nameOf(source: string): string {
  return source.replace(/^.*\//, '').replace(/\.sol$/, '')
}

function read<T>(schema: z.ZodType<T>, source: string, path: string): T {
  try {
    return schema.parse(JSON.parse(readFileSync(new URL(`artifacts/${path}`, packageRoot), 'utf8')))
  } catch (cause) {
    throw new ConfigError('CONTRACT_NOT_COMPILED', 'A contract has not been compiled.', {
      field: source,
      expected: `artifacts/${path}`,
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
