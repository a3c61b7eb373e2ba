import { readFile } from 'node:fs/promises'
import { importsOf, natspecOf } from './natspec.ts'

const root = new URL('../../', import.meta.url)

/** Those that are deployed, in the sequence of docs/contracts.md. */
const CONTRACTS = [
  ...['IdentityRegistry', 'StakeVault', 'Ledger', 'IntentEscrow', 'ClearingHouse', 'LearningRegistry'],
  ...['LearningPanel', 'Arbitration', 'ReputationRegistry', 'ValidationRegistry', 'Treasury'],
  ...['MeshDirectory', 'MeshToken', 'MeshGovernor', 'MeshTimelock', 'Guardian'],
]

type Parameter = { type: string; name: string; components?: Parameter[] }
type Entry = {
  type: string
  name?: string
  inputs?: Parameter[]
  outputs?: Parameter[]
  stateMutability?: string
}

/** The reference of the contracts: their ABIs as they are compiled, with what NatSpec says of each entry. */
export async function contractsReference(): Promise<string> {
  const sections: string[] = []
  for (const name of CONTRACTS) {
    const artifact = await readFile(new URL(`artifacts/contracts/${name}.sol/${name}.json`, root), 'utf8')
    const { abi } = JSON.parse(artifact) as { abi: Entry[] }
    const words = await wordsOf(new URL(`contracts/${name}.sol`, root))
    sections.push(section(name, abi, words))
  }
  return `# Contracts

The ABIs as they are compiled, with the NatSpec of the sources. How they belong together: [contracts](../contracts.md). What has no word
here is OpenZeppelin's. Artifacts for other tools: \`artifacts/contracts/NAME.sol/NAME.json\`, in the npm package, too.

${sections.join('\n\n')}`
}

/** Notices of a source and of all that it imports, the nearest first. */
async function wordsOf(file: URL): Promise<Map<string, string>> {
  const words = new Map<string, string>()
  const files = new Map([[file.href, file]])
  for (const [, each] of files) {
    const source = await readFile(each, 'utf8')
    for (const [key, notice] of natspecOf(source)) if (!words.has(key)) words.set(key, notice)
    for (const path of importsOf(source)) {
      const imported = new URL(path, each)
      files.set(imported.href, imported)
    }
  }
  return words
}

function section(name: string, abi: Entry[], words: ReadonlyMap<string, string>): string {
  const lines = (type: string) =>
    abi
      .filter((entry) => entry.type === type)
      .map((entry) => {
        const key = `${type} ${entry.name}`
        const said = words.get(`${key}/${entry.inputs?.length ?? 0}`) ?? words.get(key) ?? ''
        return `- \`${signature(entry)}\`${said && `: ${said}`}`
      })
      .toSorted()
  const part = (title: string, type: string) => {
    const found = lines(type)
    return found.length === 0 ? [] : [`**${title}**`, found.join('\n')]
  }
  const said = words.get(`contract I${name}`) ?? words.get(`contract ${name}`)
  const parts = [...part('Functions', 'function'), ...part('Events', 'event'), ...part('Errors', 'error')]
  return [`## ${name}`, ...(said === undefined ? [] : [said]), ...parts].join('\n\n')
}

function signature({ type, name, inputs = [], outputs = [], stateMutability }: Entry): string {
  const list = (parameters: Parameter[]) =>
    parameters.map(({ type, name }) => (name ? `${type} ${name}` : type)).join(', ')
  const how = type === 'function' && stateMutability !== 'nonpayable' ? ` ${stateMutability}` : ''
  const returned = outputs.length === 0 ? '' : ` returns (${list(outputs)})`
  return `${name}(${list(inputs)})${how}${returned}`
}
