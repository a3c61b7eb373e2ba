import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'

/** One set of compiler settings for every profile, so that what is tested is what is deployed. */
const compiler = {
  version: '0.8.37',
  path: `${import.meta.dirname}/node_modules/solc/soljson.js`,
  settings: {
    evmVersion: 'cancun',
    optimizer: { enabled: true, runs: 10_000 },
    metadata: { bytecodeHash: 'none' as const },
  },
}

/** Where the build goes; the coverage has one of its own, whose contracts are instrumented and cannot be deployed. */
const build = process.env.MESH_BUILD_FOLDER ?? '.'

export default defineConfig({
  plugins: [toolbox],
  solidity: { profiles: { default: compiler, production: compiler }, splitTestsCompilation: true },
  paths: {
    sources: './contracts',
    tests: './test/contracts',
    cache: `${build}/cache`,
    artifacts: `${build}/artifacts`,
  },
  typechain: { outDir: './types/ethers-contracts', tsNocheck: true },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', chainId: 31337 },
    // Of `npm run chain`. Blocks follow one another within milliseconds: with a second each, its clock would run away.
    node: { type: 'edr-simulated', chainType: 'l1', chainId: 31337, allowBlocksWithSameTimestamp: true },
  },
  test: {
    solidity: {
      profiles: {
        default: { fuzz: { runs: 256 }, invariant: { runs: 64, depth: 100, failOnRevert: true } },
        long: { fuzz: { runs: 10_000 }, invariant: { runs: 2000, depth: 100, failOnRevert: true } },
      },
    },
  },
})
