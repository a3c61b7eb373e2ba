import { performance } from 'node:perf_hooks'
import { expect } from 'chai'
import { nearest } from '../../protocol/nearest.ts'

const NAMES = ['area', 'bootstrapPeers', 'capabilities', 'directory']

describe('the nearest name', () => {
  it('is the one that was misspelt, or whose beginning was given', () => {
    expect(nearest('bootstrapPeer', NAMES)).to.equal('bootstrapPeers')
    expect(nearest('Capabilites', NAMES)).to.equal('capabilities')
    expect(nearest('cap', NAMES)).to.equal('capabilities')
    expect(nearest('dirctry', NAMES)).to.equal('directory')
  })

  it('is none where all are far', () => {
    expect(nearest('colour', NAMES)).to.equal(undefined)
    expect(nearest('', NAMES)).to.equal(undefined)
  })

  it('is none of what is much longer, which takes no time', () => {
    const start = performance.now()
    expect(nearest('bootstrapPeers'.repeat(20_000), NAMES)).to.equal(undefined)
    expect(performance.now() - start).to.be.below(500)
  })
})
