import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { violationsOf } from './architecture/check.ts'
import { importsOf } from './architecture/imports.ts'
import { layers, MAX_LINES } from './architecture/rules.ts'
import { tokensOf } from './architecture/tokens.ts'

const root = join(import.meta.dirname, '..')
const FOLDERS =
  'protocol agent community fleet indexer cli scripts bench examples templates web contracts test'.split(' ')

/** All source files of the folders that there are, by their path from the root. */
function readSources(folders: readonly string[]): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    const entries = readdirSync(root, { withFileTypes: true }).some(
      ({ name }) => name === folder.split('/')[0],
    )
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      : []
    for (const entry of entries.filter(
      (name) => /\.(tsx?|mjs|js|sol)$/.test(name) && !name.startsWith('dist'),
    )) {
      const path = `${folder}/${entry.replaceAll('\\', '/')}`
      files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return files
}

describe('architecture', () => {
  const sources = readSources(FOLDERS)

  it('has imports that run one way, pure parts that are pure, and files of a readable size', () => {
    expect(violationsOf(sources)).to.deep.equal([])
  })

  it('is seen to be broken by one import into the real sources', () => {
    const before = violationsOf(sources)
    const path = 'protocol/types.ts'
    const seeded = new Map(sources).set(path, `import '../agent/index.ts'\n${sources.get(path)}`)
    expect(violationsOf(seeded).filter((violation) => !before.includes(violation))).to.deep.equal([
      'protocol/types.ts:1: protocol must not import agent (agent/index.ts)',
    ])
  })

  it('has examples of fewer than 150 lines of their own, each with a README', () => {
    const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'support')
      .map(({ name }) => name)
    const index = readFileSync(join(root, 'examples', 'README.md'), 'utf8')
    const sizes = examples.map((name) => {
      const own = [...sources].filter(([path]) => path.startsWith(`examples/${name}/`))
      return { name, lines: own.reduce((sum, [, source]) => sum + source.trimEnd().split('\n').length, 0) }
    })
    expect(sizes.filter(({ lines }) => lines >= 150)).to.deep.equal([])
    for (const { name, lines } of sizes) {
      expect(lines, name).to.be.above(1)
      expect(readdirSync(join(root, 'examples', name)), name).to.include('README.md')
      expect(index, 'the index of the examples').to.include(`](${name}/README.md)`)
    }
  })

  it('is read as a whole: every layer that exists has files, and their imports are found', () => {
    const folders = [
      'protocol/',
      'agent/market/',
      'agent/protocols/',
      'community/',
      'fleet/',
      'indexer/',
      'cli/',
      'scripts/',
    ]
    for (const folder of folders) {
      const own = [...sources].filter(([path]) => path.startsWith(folder) && !path.endsWith('.d.ts'))
      const imports = own.flatMap(([, source]) => importsOf(tokensOf(source)))
      expect(own.length, folder).to.be.above(1)
      expect(imports.length, folder).to.be.above(1)
    }
  })
})

describe('architecture checker', () => {
  const clean = new Map([
    ['protocol/types.ts', "import { z } from 'zod'\nexport type { Hex } from './hex.ts'\n"],
    ['agent/market/book.ts', "import { paymentOf } from '../../protocol/types.ts'\n"],
    [
      'agent/chain/client.ts',
      "import { http } from 'viem'\nimport type { A } from '../../protocol/types.ts'\n",
    ],
    ['agent/index.ts', "export * from './market/book.ts'\nexport { Mesh } from './mesh-network.ts'\n"],
    ['community/home.ts', "import { Mesh } from '../agent/index.ts'\n"],
    ['cli/up.ts', "const { run } = await import('../community/home.ts')\n"],
    ['examples/buy.ts', "import { MeshNetwork } from '@mesh/sdk'\n"],
    [
      'test/contracts/a.ts',
      "import { ethers } from 'ethers'\nimport '../../types/ethers-contracts/index.ts'\n",
    ],
  ])

  it('finds nothing where nothing is wrong', () => {
    expect(violationsOf(clean)).to.deep.equal([])
  })

  /** What is seeded into which file, and what the checker has to say about it. */
  const seeded: Record<string, [path: string, source: string, violation: string]> = {
    'a static import': [
      'protocol/wire/x.ts',
      "import { z } from 'zod'\nimport { Deals } from '../../agent/policy/deals.ts'\n",
      'protocol/wire/x.ts:2: protocol must not import agent: policy (agent/policy/deals.ts)',
    ],
    'an import over several lines': [
      'agent/chain/x.ts',
      "import {\n  a,\n  type B,\n} from '../network/node.ts'\n",
      'agent/chain/x.ts:4: agent: chain must not import agent: network (agent/network/node.ts)',
    ],
    'an import of types alone': [
      'agent/policy/x.ts',
      "import type { Channel } from '../protocols/channels/channel.ts'\n",
      'agent/policy/x.ts:1: agent: policy must not import agent: protocols (agent/protocols/channels/channel.ts)',
    ],
    'an import for its effect': [
      'agent/network/x.ts',
      "import '../../community/home.ts'\n",
      'agent/network/x.ts:1: agent: network must not import community (community/home.ts)',
    ],
    'a dynamic import': [
      'agent/protocols/x.ts',
      "const net = await import(\n  '../mesh-network.ts',\n)\n",
      'agent/protocols/x.ts:1: agent: protocols must not import agent: top (agent/mesh-network.ts)',
    ],
    'a dynamic import in a template': [
      'indexer/x.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is to be checked
      "const text = `${await import('../cli/up.ts')} \\${'not this'}`\n",
      'indexer/x.ts:1: indexer must not import cli (cli/up.ts)',
    ],
    'a dynamic import by a template without holes': [
      'web/x.ts',
      'const agent = await import(`../agent/index.ts`)\n',
      'web/x.ts:1: web must not import agent (agent/index.ts)',
    ],
    'a computed import': [
      'agent/x.ts',
      "const name = '../cli/up.ts'\nawait import(name)\n",
      'agent/x.ts:2: imports what is computed, so nobody can tell what it is',
    ],
    'an import as a type': [
      'community/x.ts',
      "type Store = import('../indexer/store/store.ts').Store\n",
      'community/x.ts:1: community must not import indexer (indexer/store/store.ts)',
    ],
    'a re-export of all': [
      'agent/strategy/x.ts',
      "export * from '../chain/client.ts'\n",
      'agent/strategy/x.ts:1: agent: pure must not import agent: chain (agent/chain/client.ts)',
    ],
    'a re-export of some': [
      'agent/market/x.ts',
      "export { type A, b } from '../../community/home.ts'\n",
      'agent/market/x.ts:1: agent: pure must not import community (community/home.ts)',
    ],
    'a way into the agent past its index': [
      'community/x.ts',
      "import { openJournal } from '../agent/policy/journal.ts'\n",
      'community/x.ts:1: community must not import agent: policy (agent/policy/journal.ts)',
    ],
    'a way to a pure part past the index': [
      'cli/x.ts',
      "import { energyKpis } from '../agent/market/energy-kpis.ts'\n",
      'cli/x.ts:1: cli must not import agent: pure (agent/market/energy-kpis.ts)',
    ],
    'an import between siblings': [
      'indexer/x.ts',
      "import { Clock } from '../community/clock.ts'\n",
      'indexer/x.ts:1: indexer must not import community (community/clock.ts)',
    ],
    'a script that imports the command line': [
      'scripts/x.mjs',
      "import { up } from '../cli/up.ts'\n",
      'scripts/x.mjs:1: scripts must not import cli (cli/up.ts)',
    ],
    'an import by the name of the package': [
      'protocol/x.ts',
      "import { MeshNetwork } from '@mesh/sdk'\n",
      'protocol/x.ts:1: protocol must not import agent (agent/index.ts)',
    ],
    'an import of a contract': [
      'scripts/x.ts',
      "import abi from '../contracts/Ledger.json'\n",
      'scripts/x.ts:1: scripts must not import contracts (contracts/Ledger.json)',
    ],
    'an import of a test': [
      'agent/x.ts',
      "import { fake } from '../test/fake.ts'\n",
      'agent/x.ts:1: agent: top must not import tests (test/fake.ts)',
    ],
    'ethers where viem belongs': [
      'indexer/x.ts',
      "import { Wallet } from 'ethers'\n",
      "indexer/x.ts:1: indexer must not import ethers: everything but the contracts' tests and scripts uses viem",
    ],
    'generated types of ethers': [
      'agent/chain/x.ts',
      "import type { Ledger } from '../../types/ethers-contracts/Ledger.ts'\n",
      'agent/chain/x.ts:1: agent: chain must not import typechain (types/ethers-contracts/Ledger.ts)',
    ],
    "a module of Node's in a pure part": [
      'agent/learning/x.ts',
      "import { readFileSync } from 'node:fs'\n",
      'agent/learning/x.ts:1: agent: pure must not import node:fs',
    ],
    'a package in a pure part': [
      'agent/strategy/x.ts',
      "import { http } from 'viem'\n",
      'agent/strategy/x.ts:1: agent: pure must not import viem',
    ],
    'libp2p below the network': [
      'agent/chain/x.ts',
      "import type { PeerId } from '@libp2p/interface'\n",
      'agent/chain/x.ts:1: agent: chain must not import @libp2p/interface',
    ],
    'a clock in a pure part': [
      'agent/market/x.ts',
      "// Date.now() is fine here, 'Date.now()' too\nconst now = 'Date.now()' + Date.now()\n",
      'agent/market/x.ts:2: agent: pure must not use Date.now',
    ],
    'another clock in a pure part': [
      'agent/market/x.ts',
      'const then = new Date(0)\nconst now = new Date()\n',
      'agent/market/x.ts:2: agent: pure must not use new Date()',
    ],
    'lots in a pure part': [
      'agent/strategy/x.ts',
      'export const draw = () => 5 / Math.random()\n',
      'agent/strategy/x.ts:1: agent: pure must not use Math.random',
    ],
    'a stopwatch in a pure part': [
      'agent/learning/x.ts',
      'const t = x.performance\nconst start = performance.now()\n',
      'agent/learning/x.ts:2: agent: pure must not use performance',
    ],
    'a way around that': [
      'agent/learning/x.ts',
      'const { performance: p } = globalThis\n',
      'agent/learning/x.ts:1: agent: pure must not use globalThis',
    ],
    'what only Node has in the protocol': [
      'protocol/x.ts',
      'export const size = (text: string) => Buffer.byteLength(text)\n',
      'protocol/x.ts:1: protocol must not use Buffer',
    ],
    'a file that has grown too long': [
      'contracts/Long.sol',
      '// line\n'.repeat(MAX_LINES + 1),
      `contracts/Long.sol: has ${MAX_LINES + 1} lines, and may have ${MAX_LINES}`,
    ],
    'an import of what is in no layer': [
      'agent/x.ts',
      "import settings from '../settings.json' with { type: 'json' }\n",
      'agent/x.ts:1: imports settings.json, which belongs to no layer',
    ],
    'ethers in another test': [
      'test/indexer/x.ts',
      "import { Wallet } from 'ethers'\n",
      "test/indexer/x.ts:1: tests must not import ethers: everything but the contracts' tests and scripts uses viem",
    ],
    'a file in no layer': ['misc/x.ts', '', 'misc/x.ts: belongs to no layer'],
  }
  for (const [what, [path, source, violation]] of Object.entries(seeded)) {
    it(`reports ${what}`, () => {
      expect(violationsOf(new Map([...clean, [path, source]]))).to.deep.equal([violation])
    })
  }

  it('reports nothing that only looks like an import', () => {
    const source = [
      "// import { a } from '../../agent/index.ts'",
      "/* export * from '../../agent/index.ts' */",
      "/** @param {import('../../agent/index.ts').A} a */",
      'const text = "import { a } from \'../../agent/index.ts\'"',
      "const template = `import { a } from '../../agent/index.ts'`",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is to be checked
      "const nested = `${`import '../../agent/index.ts'`} and ${{ a: {} }} import '../../agent/index.ts'`",
      "const expression = /import '..\\/..\\/agent\\/index.ts'[/'\"`]/g",
      "const list = Array.from('../../agent/index.ts')",
      'const half = a / 2 // its / is no expression',
      "const here = import.meta.url + loader.import('../../agent/index.ts')",
    ]
    expect(violationsOf(new Map([['protocol/x.ts', source.join('\n')]]))).to.deep.equal([])
  })

  it('still sees an import after all of that', () => {
    const source = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is to be checked
      "const quotes = /['\"`]/.test(a) ? b / c : `${d ? `'` : '`'}`",
      "const more = [/[/]'/, `}`, '\\'', \"\\\"\"]",
      "import { a } from '../agent/index.ts'",
    ]
    expect(violationsOf(new Map([['protocol/x.ts', source.join('\n')]]))).to.deep.equal([
      'protocol/x.ts:3: protocol must not import agent (agent/index.ts)',
    ])
  })

  it('may have 400 lines in a file, and more in a generated one', () => {
    const files = new Map([
      ['agent/x.ts', '// line\n'.repeat(MAX_LINES)],
      ['protocol/abis/x.ts', '// line\n'.repeat(MAX_LINES * 2)],
    ])
    expect(violationsOf(files)).to.deep.equal([])
  })

  it('has rules about layers that there are, and none that import one another', () => {
    const names = new Set(layers.map(({ name }) => name))
    for (const layer of layers) {
      for (const imported of layer.imports) {
        expect(names.has(imported), `${layer.name} -> ${imported}`).to.equal(true)
        const back = layers.find(({ name }) => name === imported)?.imports ?? []
        expect(back, `${imported} -> ${layer.name}`).to.not.include(layer.name)
      }
    }
  })
})
