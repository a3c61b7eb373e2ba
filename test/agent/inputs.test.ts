import { expect } from 'chai'
import { ConfigError, parseQuery, RefusedError } from '../../agent/index.ts'
import { failure, itMisses, itRefuses, Plain } from './support/plain.ts'

const agent = () => new Plain({ directory: false })
const now = () => BigInt(Math.floor(Date.now() / 1000))
const draft = () => ({
  side: 'buy',
  capability: 'energy.supply',
  quantity: 500n,
  price: 150_000n,
  lot: 1000n,
  start: now(),
  end: now() + 900n,
})
const HASH = `0x${'ab'.repeat(32)}`
const INTENT = { value: { side: 'buy' }, hash: HASH, peerId: {} }
const noop = () => undefined

describe('what a method of the SDK is given', () => {
  itRefuses([
    [
      'a signal that is none',
      () => agent().connect?.({ signal: 1 }),
      'options.signal',
      'an AbortSignal',
      '1',
    ],
    [
      'what ends a signal',
      () => agent().connect?.({ signal: new AbortController() }),
      'options.signal',
      'an AbortSignal',
      'an AbortController',
      '`controller.signal`',
    ],
    [
      'a Date for a time',
      () => agent().publishIntent?.({ ...draft(), end: new Date(1_615_191_300_000) }),
      'intent.end',
      'a bigint',
      'a Date',
      '`1615191300n`',
    ],
    [
      'a decimal price',
      () => agent().publishIntent?.({ ...draft(), price: 0.25 }),
      'intent.price',
      'a bigint',
      '0.25',
      '`250_000n`',
    ],
    [
      'a price as text',
      () => agent().publishIntent?.({ ...draft(), price: '5' }),
      'intent.price',
      'a bigint',
      '"5"',
      '`5n`, without quotes',
    ],
    [
      'a capability in capitals',
      () => agent().publishIntent?.({ ...draft(), capability: 'Energy' }),
      'intent.capability',
      'the name of a capability in lower case, such as energy.supply',
      '"Energy"',
    ],
    [
      'no query',
      () => agent().discoverAgents?.(),
      'query',
      'a query as text, or an object with `capabilities`',
      'nothing',
    ],
    [
      'an empty query',
      () => agent().discoverAgents?.({}),
      'query.capabilities',
      'a list of capabilities, at least of one',
      'nothing',
    ],
    [
      'a query for one',
      () => agent().discoverAgents?.({ capabilities: 'x' }),
      'query.capabilities',
      'a list of capabilities, at least of one',
      '"x"',
      '[…]',
    ],
    [
      'a stake as a number',
      () => agent().agents?.({ capabilities: ['x'], minStake: 1 }),
      'query.minStake',
      'a bigint',
      '1',
      '`1n`',
    ],
    [
      'a number in a condition',
      () => agent().discoverAgents?.({ capabilities: ['x'], where: [{ attribute: 'price', atMost: 5 }] }),
      'query.where[0].atMost',
      'a bigint',
      '5',
      '`5n`',
    ],
    [
      'a condition that says nothing',
      () => agent().discoverAgents?.({ capabilities: ['x'], where: [{ attribute: 'price' }] }),
      'query.where[0]',
      'an attribute, and one of atMost, atLeast, oneOf, allOf, covers, overlaps',
      'an object with attribute',
    ],
    ['no intent', () => agent().publishIntent?.(), 'intent', 'an object', 'nothing'],
    [
      'a number where a bigint is due',
      () => agent().publishIntent?.({ ...draft(), quantity: 500 }),
      'intent.quantity',
      'a bigint',
      '500',
      '`500n`',
    ],
    [
      'a missing member',
      () => agent().publishIntent?.({ ...draft(), price: undefined }),
      'intent.price',
      'a bigint',
      'nothing',
    ],
    [
      'an area that is no text',
      () => agent().publishIntent?.({ ...draft(), area: 5 }),
      'intent.area',
      'a string',
      '5',
    ],
    [
      'a side that is none',
      () => agent().publishIntent?.({ ...draft(), side: 'give' }),
      'intent.side',
      'one of buy, sell',
      '"give"',
    ],
    ['options that are null', () => agent().publishIntent?.(draft(), null), 'options', 'an object', 'null'],
    ['a listener that is none', () => agent().subscribeToIntents?.('x'), 'fn', 'a function', '"x"'],
    [
      'turns that are none',
      () => agent().subscribeToIntents?.(noop, { turns: { size: 0 } }),
      'options.turns.size',
      'more than 0',
      '0',
    ],
    [
      'an intent by its hash',
      () => agent().offer?.(HASH, { quantity: 1n, price: 1n }, { duration: 60n }),
      'intent',
      'an intent as `subscribeToIntents` or `publishIntent` gives it',
      `"${HASH}"`,
    ],
    [
      'an offer without options',
      () => agent().offer?.(INTENT, { quantity: 1n, price: 1n }),
      'options',
      'an object',
      'nothing',
    ],
    [
      'a price as a number',
      () => agent().offer?.(INTENT, { quantity: 1n, price: 1 }, { duration: 60n }),
      'proposal.price',
      'a bigint',
      '1',
      '`1n`',
    ],
    ['one limit', () => agent().negotiate?.(INTENT, { low: 1n }), 'limits.high', 'a bigint', 'nothing'],
    [
      'a strategy that is none',
      () => agent().negotiate?.(INTENT, { low: 1n, high: 2n }, { strategy: 'rude' }),
      'options.strategy',
      'one of honest, eager, patient, or a tactic',
      '"rude"',
    ],
    ['a deal by its number', () => agent().settle?.(5), 'id', '32 bytes: 0x and 64 hexadecimal digits', '5'],
    ['a quantity as a number', () => agent().deliver?.(HASH, 5), 'quantity', 'a bigint', '5', '`5n`'],
    ['no handler', () => agent().serve?.('data.fx'), 'handler', 'a function', 'nothing'],
    [
      'a price of a service as a number',
      () => agent().serve?.('data.fx', noop, { price: 5 }),
      'options.price',
      'a bigint',
      '5',
      '`5n`',
    ],
    [
      'a question that is none',
      () => agent().request?.({ record: {} }, { text: 'x' }),
      'question',
      'a string, or a Uint8Array',
      'an object with text',
    ],
    [
      'all agents instead of one',
      () => agent().request?.([{ record: {} }], 'x'),
      'agent',
      'an agent as `discoverAgents` gives it',
      'an array',
    ],
    [
      'half a request',
      () => agent().request?.({ record: {} }, 'x', { requests: 0.5 }),
      'options.requests',
      'an integer',
      '0.5',
    ],
    [
      'an agent without its address',
      () => agent().reputationOf?.('bob'),
      'agent',
      'an address: 0x and 40 hexadecimal digits',
      '"bob"',
    ],
    ['a test that is none', () => agent().untilDeal?.(HASH, true), 'test', 'a function', 'true'],
    [
      'a stake that is a text',
      () => agent().enroll?.({ agentURI: 'data:,', stake: '5', balance: 0n }),
      'standing.stake',
      'a bigint',
      '"5"',
      '`5n`, without quotes',
    ],
  ])

  itMisses([
    [
      () => agent().discoverAgents?.({ capabilities: ['x'], minRep: 0.8 }),
      'query.minRep',
      'Did you mean `minReputation`?',
    ],
    [
      () => agent().discoverAgents?.({ capability: ['x'] }),
      'query.capability',
      'Did you mean `capabilities`?',
    ],
    [
      () => agent().discoverAgents?.({ capabilities: ['x'], where: [{ attribute: 'a', oneOff: ['b'] }] }),
      'query.where[0].oneOff',
      'Did you mean `oneOf`?',
    ],
    [
      () => agent().publishIntent?.({ ...draft(), quantty: 5n }),
      'intent.quantty',
      'Did you mean `quantity`?',
    ],
    [
      () => agent().request?.({ record: {} }, 'x', { maxprice: 5n }),
      'options.maxprice',
      'Did you mean `maxPrice`?',
    ],
    [
      () => agent().serve?.('x', noop, { cost: 5n }),
      'options.cost',
      'Known are price, ttl, credit, concurrency, timeout.',
    ],
  ])

  it('may say `undefined` of what may be left out', async () => {
    const options = { bootstrapPeers: undefined, area: undefined, onError: undefined, directory: false }
    expect(() => new Plain(options)).not.to.throw()
    expect(await failure(() => agent().discoverAgents?.('data.fx', { signal: undefined }))).to.include({
      code: 'NOT_CONNECTED',
    })
  })

  it('is refused as a query when it is no text', () => {
    expect(() => parseQuery(5 as never))
      .to.throw()
      .that.includes({ code: 'QUERY_MALFORMED', received: '5' })
  })
})

describe('the delivery of a published intent', () => {
  it('is refused when it is over', async () => {
    const end = now() - 1n
    const error = await failure(() => agent().publishIntent?.({ ...draft(), start: end - 900n, end }))
    expect(error)
      .to.be.instanceOf(RefusedError)
      .that.includes({ code: 'DELIVERY_OVER', field: 'intent.end', received: end })
    expect(error).to.have.property('remedy').that.includes('replay')
  })

  it('is refused when its time must be milliseconds', async () => {
    const end = BigInt(Date.now()) + 900_000n
    const error = await failure(() => agent().publishIntent?.({ ...draft(), end }))
    expect(error).to.include({ code: 'INTENT_INVALID', field: 'intent.end', received: end })
    expect(error).to.have.property('remedy').that.includes('seconds')
  })

  it('says what it asks for in names that stand once, before it is signed', async () => {
    const source = { name: 'source', type: 'set' as const, values: ['solar'] }
    const error = await failure(() => agent().publishIntent?.({ ...draft(), attributes: [source, source] }))
    expect(error)
      .to.be.instanceOf(ConfigError)
      .that.includes({ code: 'ATTRIBUTE_INVALID', field: 'intent.attributes' })
  })

  it('may have begun, and may be over where the past is traded', async () => {
    const drafts = [
      { ...draft(), start: now() - 60n },
      { ...draft(), start: 1n, end: 2n, replay: true },
    ]
    for (const one of drafts) {
      expect(await failure(() => agent().publishIntent?.(one))).to.include({ code: 'NOT_CONNECTED' })
    }
  })
})
