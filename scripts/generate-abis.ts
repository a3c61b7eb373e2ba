/**
 * Writes the ABIs of the built contracts as TypeScript constants, from which viem infers types:
 *
 *     node_modules/.bin/hardhat build && node scripts/generate-abis.ts
 *
 * A contract's file also carries the errors of the contracts that it calls, because a revert below surfaces above
 * and could not be decoded there otherwise. Files whose content stays the same are left untouched.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'

type AbiEntry = { type: string; name?: string; inputs?: { type: string }[] }

const root = new URL('../', import.meta.url)
const target = new URL('protocol/abis/', root)
const header = '// Generated from contracts/ by scripts/generate-abis.ts. Do not edit.\n'

/** Each contract: where its artifact is, and whose errors can come up through it. */
const contracts = [
  { name: 'IArbitrator', source: 'interfaces/IArbitrator.sol', calls: [] },
  { name: 'IdentityRegistry', source: 'IdentityRegistry.sol', calls: [] },
  { name: 'TestDollar', source: 'mocks/TestDollar.sol', calls: [] },
  { name: 'Ledger', source: 'Ledger.sol', calls: ['TestDollar'] },
  { name: 'StakeVault', source: 'StakeVault.sol', calls: ['IdentityRegistry', 'TestDollar'] },
  {
    name: 'IntentEscrow',
    source: 'IntentEscrow.sol',
    calls: ['Ledger', 'StakeVault', 'IdentityRegistry', 'TestDollar'],
  },
  {
    name: 'LearningRegistry',
    source: 'LearningRegistry.sol',
    calls: ['LearningPanel', 'Ledger', 'StakeVault'],
  },
  {
    name: 'ClearingHouse',
    source: 'ClearingHouse.sol',
    calls: ['Ledger'],
  },
  {
    name: 'Arbitration',
    source: 'Arbitration.sol',
    calls: ['Ledger', 'StakeVault', 'IdentityRegistry'],
  },
  {
    name: 'ReputationRegistry',
    source: 'ReputationRegistry.sol',
    calls: ['IntentEscrow', 'IdentityRegistry'],
  },
  { name: 'ValidationRegistry', source: 'ValidationRegistry.sol', calls: ['IdentityRegistry'] },
  { name: 'MeshToken', source: 'MeshToken.sol', calls: [] },
  { name: 'MeshTimelock', source: 'MeshTimelock.sol', calls: [] },
  { name: 'MeshGovernor', source: 'MeshGovernor.sol', calls: ['MeshToken', 'MeshTimelock'] },
  { name: 'Guardian', source: 'Guardian.sol', calls: ['MeshTimelock'] },
  { name: 'MeshDirectory', source: 'MeshDirectory.sol', calls: ['MeshToken', 'IdentityRegistry'] },
  { name: 'LearningPanel', source: 'LearningPanel.sol', calls: ['LearningRegistry', 'StakeVault'] },
]

const lowerCamel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

const signature = ({ name, inputs = [] }: AbiEntry) => `${name}(${inputs.map(({ type }) => type).join()})`

async function readAbi(name: string, source: string): Promise<AbiEntry[]> {
  const path = new URL(`artifacts/contracts/${source}/${name}.json`, root)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`no artifact of ${name}: build the contracts first (hardhat build)`, { cause })
  })
  return JSON.parse(text).abi
}

function withErrorsOf(own: AbiEntry[], called: AbiEntry[][]): AbiEntry[] {
  const known = new Set(own.filter(({ type }) => type === 'error').map(signature))
  const added = called.flat().filter((entry) => {
    if (entry.type !== 'error' || known.has(signature(entry))) return false
    known.add(signature(entry))
    return true
  })
  return [...own, ...added]
}

async function writeIfChanged(file: string, content: string): Promise<void> {
  const path = new URL(file, target)
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === content) return
  await writeFile(path, content)
  console.log(`protocol/abis/${file}`)
}

const abis = new Map<string, AbiEntry[]>()
for (const { name, source } of contracts) abis.set(name, await readAbi(name, source))

await mkdir(target, { recursive: true })
for (const { name, calls } of contracts) {
  const abi = withErrorsOf(
    abis.get(name) ?? [],
    calls.map((called) => abis.get(called) ?? []),
  )
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('')
  await writeIfChanged(
    `${lowerCamel(name)}.ts`,
    `${header}export const ${lowerCamel(name)}Abi = [\n${entries}] as const\n`,
  )
}
const exports = contracts.map(({ name }) => lowerCamel(name)).sort()
await writeIfChanged(
  'index.ts',
  header + exports.map((name) => `export { ${name}Abi } from './${name}.ts'\n`).join(''),
)
