import { expect } from 'chai'
import { mayOffer, preferenceAttributes, sourceAttribute, sourcesOf } from '../../../agent/strategy/index.ts'
import { capabilityOf, checkOwnAttributes } from '../../../protocol/capability.ts'
import type { Address, Attribute } from '../../../protocol/types.ts'

const NEIGHBOUR: Address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const OTHER: Address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const SINCE = 1_000n

describe('preferences of a buyer of energy', () => {
  const solar = { agent: OTHER, sources: ['solar'] }
  const gas = { agent: OTHER, sources: ['gas'] }
  const silent = { agent: OTHER, sources: [] }

  it('are none by default: everybody may offer', () => {
    const attributes = preferenceAttributes({}, SINCE, SINCE)
    expect(attributes).to.deep.equal([])
    for (const supplier of [solar, gas, silent]) {
      expect(mayOffer(attributes, supplier, SINCE)).to.equal('now')
    }
  })

  it('for green energy alone ask no others, nor who says nothing', () => {
    const attributes = preferenceAttributes({ sources: ['wind', 'solar'] }, SINCE, SINCE)
    const answers = [solar, gas, silent].map((supplier) => mayOffer(attributes, supplier, SINCE))
    expect(answers).to.deep.equal(['now', 'never', 'never'])
  })

  it('for a neighbour ask it alone, until its head start is over', () => {
    const preferences = { neighbours: [NEIGHBOUR], headStart: 10n }
    const attributes = preferenceAttributes(preferences, SINCE, SINCE)
    const neighbour = { agent: NEIGHBOUR.toLowerCase() as Address, sources: [] }
    const at = (now: bigint) => [neighbour, solar].map((supplier) => mayOffer(attributes, supplier, now))
    expect(at(SINCE)).to.deep.equal(['now', 'later'])
    expect(at(SINCE + 9n)).to.deep.equal(['now', 'later'])
    expect(at(SINCE + 10n)).to.deep.equal(['now', 'now'])
    expect(preferenceAttributes(preferences, SINCE, SINCE + 10n)).to.deep.equal([])
  })

  it('for both have a neighbour sell green energy, too', () => {
    const preferences = { sources: ['solar'], neighbours: [NEIGHBOUR] }
    const attributes = preferenceAttributes(preferences, SINCE, SINCE)
    expect(mayOffer(attributes, { agent: NEIGHBOUR, sources: ['gas'] }, SINCE)).to.equal('never')
    expect(mayOffer(attributes, { agent: NEIGHBOUR, sources: ['solar'] }, SINCE)).to.equal('now')
  })

  it('are within the bounds of what an intent may say', () => {
    const neighbours = Array.from({ length: 32 }, (_, index): Address => {
      return `0x${index.toString(16).padStart(40, '0')}`
    })
    checkOwnAttributes(preferenceAttributes({ sources: ['solar'], neighbours }, SINCE, SINCE))
  })

  it('pass over what somebody else means by the same names', () => {
    const strange: Attribute[] = [
      { name: 'source', type: 'range', min: 0n, max: 1n },
      { name: 'first', type: 'set', values: ['come'] },
      { name: 'neighbours', type: 'set', values: [NEIGHBOUR] },
    ]
    expect(mayOffer(strange, silent, SINCE)).to.equal('now')
  })

  it('go by what a supplier says of what it supplies, and of nothing else', () => {
    const supply = { name: 'energy.supply', attributes: [sourceAttribute(['solar', 'wind'])] }
    const demand = { name: 'energy.demand', attributes: [sourceAttribute(['gas'])] }
    expect(sourcesOf([supply, demand].map(capabilityOf))).to.deep.equal(['solar', 'wind'])
    expect(sourcesOf([capabilityOf('energy.supply')])).to.deep.equal([])
  })
})
