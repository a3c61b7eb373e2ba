import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { LaunchError } from './messages.mjs'
import { root } from './root.mjs'

/**
 * What chance in the tests begins with: `MESH_TEST_SEED`, else a number taken from the commit's sources. The same sources so pass or
 * fail wherever they are tested, and other sources are tested with other values. Outside a repository, and for
 * `MESH_TEST_SEED=random`, it is drawn.
 * @returns {string} a whole number below 2^31
 * @throws {LaunchError} when `MESH_TEST_SEED` is neither a whole number nor `random`
 */
export function testSeed() {
  const given = process.env.MESH_TEST_SEED ?? ''
  if (/^\d{1,10}$/.test(given) && Number(given) < 2 ** 31) return given
  if (given !== '' && given !== 'random') {
    throw new LaunchError(`MESH_TEST_SEED is "${given}"`, 'use a whole number below 2147483648, or "random"')
  }
  const tree = given === 'random' ? '' : spawnSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: root }).stdout
  const digits = /^[0-9a-f]{7}/.exec(String(tree))?.[0]
  return String(digits === undefined ? randomInt(2 ** 31) : Number.parseInt(digits, 16))
}
