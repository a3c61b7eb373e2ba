import { expect } from 'chai'
import { hexToBytes, sha256, toBytes } from 'viem'
import { identityFromKey } from '../../../../agent/network/identity.ts'
import { cidOf, openKnowledge, signKnowledge } from '../../../../agent/protocols/knowledge/answer.ts'
import { Copies } from '../../../../agent/protocols/knowledge/copies.ts'
import { termsOf } from '../../../../agent/protocols/knowledge/options.ts'
import type { Service } from '../../../../agent/protocols/services/service.ts'
import { areWithinBounds } from '../../../../protocol/capability.ts'
import { CHAINLESS, meshDomain } from '../../../../protocol/deployment.ts'
import type { Reuse } from '../../../../protocol/types.ts'
import { failure } from '../../../protocol/support/failure.ts'

const identity = identityFromKey(new Uint8Array(32).fill(7))
const domain = meshDomain(CHAINLESS)
const PRICE = 20_000n

describe('copies of answers', () => {
  let services: Map<string, Service>
  let copies: Copies
  let now: bigint
  let changes: number

  beforeEach(() => {
    services = new Map()
    now = 1_000n
    changes = 0
    copies = new Copies({
      services: {
        serve: (service) => services.set(service.capability, service),
        unserve: (capability) => services.delete(capability),
      },
      onChange: () => {
        changes += 1
      },
      now: () => now,
    })
  })
  afterEach(() => copies.stop())

  const hold = (
    question: string,
    {
      reuse = 'resale' as Reuse,
      capability = 'data.prices',
      ttl = 60n,
      paid = PRICE,
      isPassedOn = true,
    } = {},
  ) => {
    const asked = { capability, question: sha256(toBytes(question)), now }
    const draft = { kind: 'dataset', contentType: 'text/csv', body: question } as const
    const answer = signKnowledge({ identity, domain }, asked, draft, { ttl, licence: 'MIT', reuse })
    copies.add({ answer, paid, query: capability, isPassedOn })
    return answer
  }
  const copy = (question: string, of = 'data.prices.copy') =>
    services.get(of)?.handler(hexToBytes(sha256(toBytes(question))), {
      from: identity.address,
      signal: new AbortController().signal,
    }) as Uint8Array

  it('are told of by the content ids of their questions, at a tenth of what was paid', () => {
    hold('monday')
    hold('tuesday')
    expect(copies.capabilities()).to.deep.equal([
      {
        name: 'data.prices.copy',
        version: '',
        model: '',
        attributes: [
          {
            name: 'holds',
            type: 'set',
            values: ['tuesday', 'monday'].map((each) => cidOf(sha256(toBytes(each)))),
          },
          { name: 'price', type: 'range', min: PRICE / 10n, max: PRICE / 10n },
        ],
      },
    ])
    expect(areWithinBounds(copies.capabilities())).to.equal(true)
    expect(services.get('data.prices.copy')?.price).to.equal(PRICE / 10n)
    expect(openKnowledge(domain, copy('monday')).text).to.equal('monday')
    expect(changes).to.equal(2)
  })

  it('cost nothing where the licence lets them be shared alone', () => {
    hold('monday', { reuse: 'share' })
    hold('tuesday')
    expect(services.get('data.prices.copy')?.price).to.equal(0n)
  })

  it('are neither served nor told of where licence or owner forbid it, and kept all the same', () => {
    const own = hold('monday', { reuse: 'none' })
    hold('tuesday', { isPassedOn: false })
    expect([copies.capabilities(), services.size, changes]).to.deep.equal([[], 0, 0])
    expect(copies.get('data.prices', own.value.question)?.answer).to.equal(own)
    hold('wednesday')
    for (const question of ['monday', 'tuesday', 'thursday']) {
      expect(failure(() => copy(question))).to.include({ code: 'ANSWER_UNKNOWN' })
    }
  })

  it('end with their answers', () => {
    const { value } = hold('monday')
    now = value.expiry
    expect(copies.get('data.prices', value.question)).to.equal(undefined)
    expect(copies.capabilities()).to.deep.equal([])
    expect(failure(() => copy('monday'))).to.include({ code: 'ANSWER_UNKNOWN' })
    hold('tuesday', { capability: 'data.fx' })
    expect([...services.keys()]).to.deep.equal(['data.fx.copy'])
    hold('thursday', { ttl: 0n })
    expect([...services.keys()], 'what holds for no time').to.deep.equal(['data.fx.copy'])
  })

  it('are told of within bounds, the newest first', () => {
    for (let day = 0; day < 40; day++) hold(`day ${day}`)
    const [capability] = copies.capabilities()
    const held = capability?.attributes.find(({ name }) => name === 'holds')
    if (held?.type !== 'set') throw new Error('not a set')
    expect(held.values).to.have.length(32)
    expect(held.values[0]).to.equal(cidOf(sha256(toBytes('day 39'))))
    for (let other = 0; other < 10; other++) hold('today', { capability: `data.other${other}` })
    expect(copies.capabilities()).to.have.length(8)
    expect(areWithinBounds(copies.capabilities())).to.equal(true)
    // The oldest can be had still by who asks for it, where its capability is served.
    hold('tomorrow')
    expect(openKnowledge(domain, copy('day 0')).text).to.equal('day 0')
  })
})

describe('terms of answers', () => {
  it('name a licence and a time where answers may be passed on', () => {
    expect(termsOf({})).to.deep.equal({ ttl: 0n, licence: '', reuse: 'none' })
    const good = { ttl: 60n, licence: 'CC-BY-4.0', reuse: 'share' } as const
    expect(termsOf({ ...good, price: 5n })).to.deep.equal(good)
    const wrong = [
      [{ ...good, licence: '' }, 'licence'],
      [{ ...good, licence: 'x'.repeat(257) }, 'licence'],
      [{ ...good, ttl: 0n }, 'ttl'],
      [{ ttl: -1n }, 'ttl'],
    ] as const
    for (const [options, field] of wrong) {
      expect(failure(() => termsOf(options))).to.include({
        code: 'SERVICE_INVALID',
        field: `options.${field}`,
      })
    }
  })
})
