import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Harness, parseHarnesses } from '../../scripts/prove/harness.ts'
import { askSmtChecker } from '../../scripts/prove/smt-checker.ts'

const root = join(import.meta.dirname, '..', '..')

/** A harness that a file of this text states by its only contract. */
function ask(body: string, tags = '') {
  const source = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A claim.
${tags}contract Claim {
    function check(uint64 x) external pure {
        ${body}
    }
}
`
  const [harness] = parseHarnesses('proofs/Claim.sol', source)
  return askSmtChecker(harness as Harness, source)
}

describe('prove', function () {
  this.timeout(60_000)

  it('proves what is true', () => {
    expect(ask('assert(x / 2 <= x);').outcome).to.equal('proved')
  })

  it('refutes what is false, with a value', () => {
    const { outcome, detail } = ask('assert(x != 7);')
    expect(outcome).to.equal('refuted')
    expect(detail).to.contain('x = 7')
  })

  it('does not take an assertion that nothing gets to for proved', () => {
    expect(ask('require(x > 2 && x < 2); assert(x == 1);').outcome).to.equal('unknown')
  })

  it('does not take a file without assertion for proved', () => {
    expect(ask('x;').outcome).to.equal('unknown')
  })

  it('does not take what does not compile for proved', () => {
    expect(ask('assert(y == 1);').outcome).to.equal('unknown')
  })

  it('does not take a loop that is cut off for proved', () => {
    const loop = 'uint256 n; for (uint256 i; i < 3; ++i) { n += 1; } assert(n != 3);'
    expect(ask(loop, '/// @custom:loops 1\n').outcome).not.to.equal('proved')
  })

  it('finds the claim of every contract in proofs/', () => {
    const harnesses = globSync('proofs/*.sol', { cwd: root }).flatMap((file) =>
      parseHarnesses(file, readFileSync(join(root, file), 'utf8')),
    )
    expect(new Set(harnesses.map(({ contract }) => contract)).size).to.equal(harnesses.length)
    expect(harnesses.some(({ expected }) => expected === 'refuted')).to.equal(true)
  })
})
