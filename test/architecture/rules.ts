/** A part of the source that is imported as one, with what it may import itself. */
export interface Layer {
  name: string
  /** Paths of its files, or of folders with a slash at the end. The longest that fits a file decides. */
  paths: string[]
  /** Names of the other layers that it may import. */
  imports: string[]
  /** Packages and Node's own modules that it must not import. */
  forbidden?: RegExp
  /** What makes a function depend on more than its parameters, and what only Node has. */
  globals?: readonly string[]
}

const NODE_MODULES = /^node:/
const NETWORK_PACKAGES = /libp2p|multiformats|multiaddr|^it-/
const NODE_GLOBALS = ['Buffer', 'process', 'global', '__dirname', '__filename']

/** What only tells the time, draws lots, or reaches outside. `Date.UTC(...)` and `new Date(0)` do not. */
const IMPURE_GLOBALS = [
  ...NODE_GLOBALS,
  'globalThis',
  'Date.now',
  'new Date()',
  'Math.random',
  'performance',
  'crypto',
  'fetch',
  'console',
  'navigator',
  'WebSocket',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]

/**
 * Which way imports run:
 *
 *     protocol <- agent <- {community <- fleet, indexer} <- cli
 *     protocol <- web, which takes the names of the API's types from indexer, and has agents in pages
 *     in agent: {compute, market, strategy, learning, query, retrieval} <- {chain, network, policy} <- protocols <- (top) <- index.ts,
 *     and platform, what Node and browsers do each in its way, below all but the pure
 *
 * Everything outside agent/ sees it through agent/index.ts alone, the pure parts too. A layer may import itself.
 * Contracts are imported by nobody: their ABIs stand in protocol/.
 */
export const layers: readonly Layer[] = [
  {
    name: 'protocol',
    paths: ['protocol/'],
    imports: [],
    // It runs in browsers too.
    forbidden: new RegExp(`${NODE_MODULES.source}|${NETWORK_PACKAGES.source}`),
    globals: NODE_GLOBALS,
  },
  {
    name: 'agent: pure',
    paths: [
      'agent/compute/',
      'agent/market/',
      'agent/strategy/',
      'agent/learning/',
      'agent/protocols/negotiation/machine/',
    ],
    imports: ['protocol'],
    // Shortest paths are arithmetic on graphs, ciphers and curves on numbers. Shares of secrets are, too, but for their lots,
    // which their library draws for itself.
    forbidden: /^(?!ngraph\.(graph|path)$|@noble\/(ciphers|curves)\/|shamir-secret-sharing$)/,
    globals: IMPURE_GLOBALS,
  },
  {
    name: 'agent: query',
    paths: ['agent/query/'],
    imports: ['protocol'],
    // H3 is arithmetic on cells.
    forbidden: /^(?!h3-js$)/,
    globals: IMPURE_GLOBALS,
  },
  {
    name: 'agent: retrieval',
    paths: ['agent/retrieval/'],
    imports: ['protocol'],
    // A search by words, and SHA-256, are arithmetic too.
    forbidden: /^(?!minisearch$|viem$)/,
    globals: IMPURE_GLOBALS,
  },
  {
    name: 'agent: platform',
    paths: ['agent/platform/'],
    imports: ['protocol'],
    forbidden: NETWORK_PACKAGES,
  },
  {
    name: 'agent: chain',
    paths: ['agent/chain/'],
    imports: ['protocol', 'agent: pure', 'agent: platform'],
    forbidden: new RegExp(`${NODE_MODULES.source}|${NETWORK_PACKAGES.source}`),
    globals: NODE_GLOBALS,
  },
  {
    name: 'agent: network',
    paths: ['agent/network/'],
    imports: ['protocol', 'agent: pure', 'agent: platform'],
    forbidden: NODE_MODULES,
    globals: NODE_GLOBALS,
  },
  {
    // What runs in no browser; `browser` in package.json has what stands for it there.
    name: 'agent: node',
    paths: [
      'agent/compute/module-process.ts',
      'agent/compute/run-module.ts',
      'agent/compute/run-module.browser.ts',
      'agent/compute/sandbox.ts',
      'agent/learning-worker.ts',
      'agent/network/peer-store.ts',
      'agent/network/relay.ts',
      'agent/network/relay.browser.ts',
      'agent/network/stun-server.ts',
    ],
    imports: ['protocol', 'agent: pure', 'agent: platform', 'agent: network'],
  },
  {
    name: 'agent: policy',
    paths: ['agent/policy/'],
    imports: ['protocol', 'agent: pure', 'agent: platform'],
    forbidden: new RegExp(`${NODE_MODULES.source}|${NETWORK_PACKAGES.source}|^viem`),
    globals: NODE_GLOBALS,
  },
  {
    name: 'agent: protocols',
    paths: ['agent/protocols/'],
    imports: [
      'protocol',
      'agent: pure',
      'agent: platform',
      'agent: query',
      'agent: retrieval',
      'agent: chain',
      'agent: network',
      'agent: policy',
    ],
    forbidden: NODE_MODULES,
    globals: NODE_GLOBALS,
  },
  {
    name: 'agent: top',
    paths: ['agent/'],
    forbidden: NODE_MODULES,
    globals: NODE_GLOBALS,
    imports: [
      'protocol',
      'agent: platform',
      'agent: node',
      'agent: pure',
      'agent: query',
      'agent: retrieval',
      'agent: chain',
      'agent: network',
      'agent: policy',
      'agent: protocols',
    ],
  },
  {
    name: 'agent',
    paths: ['agent/index.ts'],
    imports: [
      'protocol',
      'agent: platform',
      'agent: node',
      'agent: pure',
      'agent: query',
      'agent: retrieval',
      'agent: chain',
      'agent: network',
      'agent: policy',
      'agent: protocols',
      'agent: top',
    ],
  },
  { name: 'community', paths: ['community/'], imports: ['protocol', 'agent'] },
  { name: 'fleet', paths: ['fleet/'], imports: ['protocol', 'agent', 'community'] },
  { name: 'indexer', paths: ['indexer/'], imports: ['protocol', 'agent'] },
  {
    name: 'scripts',
    paths: ['scripts/'],
    // The gas table measures what the contracts' tests set up, and the reference tells the routes of the API.
    imports: ['protocol', 'agent', 'indexer', 'community', 'typechain', 'contract tests'],
  },
  {
    name: 'cli',
    paths: ['cli/'],
    imports: ['protocol', 'agent', 'community', 'fleet', 'indexer', 'scripts'],
  },
  {
    name: 'bench',
    paths: ['bench/'],
    // Parts are measured by themselves, too.
    imports: [
      'protocol',
      'agent',
      'agent: pure',
      'agent: query',
      'agent: retrieval',
      'agent: chain',
      'agent: network',
      'agent: platform',
      'agent: protocols',
      'community',
      'indexer',
      'index test support',
      'scripts',
    ],
  },
  {
    name: 'index test support',
    // The index is measured on the market that its tests trade on, and the dashboard in the browser of its tests.
    paths: ['test/indexer/support/', 'test/e2e/support/browser/chromium.ts'],
    imports: ['protocol', 'agent', 'agent: chain', 'indexer', 'scripts'],
  },
  { name: 'examples', paths: ['examples/'], imports: ['protocol', 'agent'] },
  {
    name: 'web',
    paths: ['web/'],
    imports: ['protocol', 'web: views', 'web: agent'],
    forbidden: NODE_MODULES,
  },
  // Types of the API's answers, and nothing at run time.
  { name: 'web: views', paths: ['web/api/views.ts'], imports: ['indexer'] },
  // An agent in the page, which is loaded when one is started.
  { name: 'web: agent', paths: ['web/agent/'], imports: ['protocol', 'agent'], forbidden: NODE_MODULES },
  { name: 'web: build', paths: ['web/vite.config.ts'], imports: [] },
  // What `mesh init` copies: somebody else's project, which has the package alone.
  { name: 'templates', paths: ['templates/'], imports: ['agent'] },
  // Generated from the contracts for ethers.
  { name: 'typechain', paths: ['types/'], imports: [] },
  { name: 'contracts', paths: ['contracts/'], imports: [] },
  { name: 'contracts: build', paths: ['hardhat.config.ts'], imports: [] },
  { name: 'contract tests', paths: ['test/contracts/'], imports: ['protocol', 'agent: pure', 'typechain'] },
  {
    name: 'tests',
    paths: ['test/'],
    imports: [
      'protocol',
      'agent: platform',
      'agent: node',
      'agent: pure',
      'agent: query',
      'agent: retrieval',
      'agent: chain',
      'agent: network',
      'agent: policy',
      'agent: protocols',
      'agent: top',
      'agent',
      'community',
      'fleet',
      'indexer',
      'scripts',
      'cli',
      'bench',
      'index test support',
      'examples',
      'templates',
      'web',
      'web: views',
      'web: agent',
      'contracts: build',
    ],
  },
]

/** Files that load what the user names, and only that, so that what they import is computed. */
export const loaders: readonly string[] = ['community/slot-strategy.ts']

/** Packages that only some layers may import. */
export const restricted: readonly { packages: RegExp; layers: string[]; why: string }[] = [
  {
    packages: /^ethers$|typechain|hardhat-ethers|hardhat-toolbox|hardhat-network-helpers/,
    layers: ['scripts', 'contract tests'],
    why: "everything but the contracts' tests and scripts uses viem",
  },
]

/** What the package's own exports stand for. */
export const exported: Readonly<Record<string, string>> = {
  '@mesh/sdk': 'agent/index.ts',
  '@mesh/sdk/protocol': 'protocol/index.ts',
  '@mesh/sdk/indexer': 'indexer/index.ts',
}

/** Most lines of a file that is written by hand. */
export const MAX_LINES = 400
/** Files that are not. */
export const generated = /^protocol\/abis\/|^protocol\/wire\/\w+_pb\.|^types\//
