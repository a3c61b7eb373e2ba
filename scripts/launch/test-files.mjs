import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchError } from './messages.mjs'
import { root } from './root.mjs'

/** Tests of real connections on loopback, between nodes, and of the index with chain and database. */
const network = /^test\/(agent\/(network|peer-discovery|protocols)|indexer)\//
/** Tests of whole markets of many processes. */
const e2e = /^test\/(e2e|examples)\//
/** These run under Hardhat. */
const contracts = /^test\/contracts\//
/** What takes longest, of any kind: many agents, many seeds, whole days of data, processes killed at each step. */
const long = /\.long\.test\.ts$/

/** Which stage a file is of. */
function stageOf(path) {
  if (long.test(path)) return 'long'
  if (network.test(path)) return 'network'
  if (e2e.test(path)) return 'e2e'
  return contracts.test(path) ? 'contracts' : 'unit'
}

/**
 * The test files of a stage of mocha's. Those that may take longest, by the timeouts that they set, are first, so that none of them
 * begins when the others are about to end.
 * @param {'unit' | 'network' | 'e2e' | 'long'} stage
 * @returns {string[]} paths from the root
 * @throws {LaunchError} when there is none
 */
export function testFiles(stage) {
  const paths = readdirSync(join(root, 'test'), { recursive: true })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts') && stageOf(path) === stage)
    .sort()
  if (paths.length === 0) throw new LaunchError(`no tests of stage "${stage}"`, 'restore the folder test/')
  const timeouts = new Map(paths.map((path) => [path, longestTimeout(path)]))
  return paths.sort((a, b) => timeouts.get(b) - timeouts.get(a))
}

/** In milliseconds, of those that are written as a product of numbers; 0 where a file sets none. */
function longestTimeout(path) {
  const source = readFileSync(join(root, path), 'utf8')
  const timeouts = [...source.matchAll(/\btimeout\(([\d_ *]+)\)/g)].map(([, product]) =>
    product.split('*').reduce((value, factor) => value * Number(factor.replaceAll('_', '').trim()), 1),
  )
  return Math.max(0, ...timeouts)
}
