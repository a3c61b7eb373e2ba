import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { mutants } from '../../scripts/mutation/mutants.ts'

const root = join(import.meta.dirname, '..', '..')

describe('mutation', () => {
  it('finds the guard of every mutant exactly once', () => {
    const lost = mutants.filter(({ file, find }) => {
      const source = readFileSync(join(root, 'contracts', file), 'utf8')
      return source.split(find).length !== 2
    })
    expect(lost.map(({ file, fault }) => `${file}: ${fault}`)).to.deep.equal([])
  })

  it('knows tests for every mutant', () => {
    const names = new Set(mutants.flatMap(({ tests }) => tests))
    const lost = [...names].filter(
      (name) => globSync(`test/contracts/${name}{.ts,/**/*.ts}`, { cwd: root }).length === 0,
    )
    expect(lost).to.deep.equal([])
    expect(mutants.filter(({ tests }) => tests.length === 0)).to.deep.equal([])
  })

  it('tells each fault apart', () => {
    const faults = mutants.map(({ fault }) => fault)
    expect(new Set(faults).size).to.equal(faults.length)
  })
})
