import { expect } from 'chai'
import { escrowDomain, parseDeployment } from '../../protocol/deployment.ts'
import { hashAgreement, hashConditions } from '../../protocol/eip712.ts'
import type { MeshError } from '../../protocol/errors.ts'
import { readOffer } from '../../protocol/shown-offer.ts'
import type { Agreement, Conditions, Hex, Intent } from '../../protocol/types.ts'
import { newIdentity } from '../agent/support/intents.ts'
import { deployment as described } from '../e2e/support/deployment.ts'

const court = newIdentity().address
const deployment = parseDeployment({
  ...described,
  contracts: { ...described.contracts, arbitration: court },
})
const buyer = newIdentity()
const seller = newIdentity()
const other = newIdentity()
const HASH: Hex = `0x${'11'.repeat(32)}`
const LIMIT = 300_000n

const intent: Intent = {
  ...{
    agent: buyer.address,
    side: 'buy',
    capability: 'energy.supply',
    area: '',
    attributes: [],
    endpoints: [],
  },
  ...{ quantity: 500n, price: 150_000n, lot: 1_000n, start: 900n, end: 1_800n, expiry: 1_000n, nonce: 1n },
}

const conditions: Conditions = {
  ...{ arbitrator: `0x${'00'.repeat(20)}`, meter: `0x${'00'.repeat(20)}`, start: 900n, end: 1_800n },
  ...{ lateFrom: 900n, lateBps: 0n, window: 3_600n, splitBps: 5_000n, retail: 0n },
}

const agreement: Agreement = {
  ...{ buyer: buyer.address, payer: buyer.address, seller: seller.address, payout: seller.address },
  ...{ token: deployment.contracts.testDollar, staker: seller.address, agentId: 1n, exposure: 100_000n },
  ...{ quantity: 400n, price: 250_000n, lot: 1_000n, feeBps: 25n, penaltyBps: 1_000n, relayFee: 0n },
  ...{ buyerEpoch: 0n, sellerEpoch: 1n, expiry: 1_010n, deadline: 2_000n, intentHash: HASH, termsHash: HASH },
  ...{ nonce: 7n, conditions: hashConditions(conditions) },
}

/** An offer as an API shows it, signed by who sells. */
function shown(
  change: Partial<Agreement> = {},
  signer = seller,
  under: Conditions = conditions,
): Record<string, unknown> {
  const changed = { ...agreement, conditions: hashConditions(under), ...change }
  const id = hashAgreement(escrowDomain(deployment), changed)
  const plain = (value: object) =>
    JSON.parse(JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? String(each) : each)))
  return { id, agreement: plain(changed), conditions: plain(under), signature: signer.sign(id) }
}

const read = (offer: Record<string, unknown>) => readOffer(offer, { intent, hash: HASH }, deployment, LIMIT)

/** The code and field of the refusal, undefined when it is taken. */
function refused(offer: Record<string, unknown>): [string, string | undefined] | undefined {
  try {
    read(offer)
    return undefined
  } catch (error) {
    const { code, field } = error as MeshError
    return [code, field]
  }
}

describe('an offer that an API shows', () => {
  it('is what would be signed', () => {
    expect(read(shown()).agreement).to.deep.equal(agreement)
    expect(refused(shown({ quantity: 1n }))).to.equal(undefined)
  })

  it('is not signed when it costs more, is about something else, or binds somebody else', () => {
    const changes: [Partial<Agreement>, string][] = [
      [{ price: LIMIT + 1n }, 'agreement.price'],
      [{ quantity: 501n }, 'agreement.quantity'],
      [{ quantity: 0n }, 'agreement.quantity'],
      [{ lot: 1n }, 'agreement.lot'],
      [{ relayFee: 1n }, 'agreement.relayFee'],
      [{ token: other.address }, 'agreement.token'],
      [{ buyer: other.address }, 'agreement.buyer'],
      [{ payer: other.address }, 'agreement.payer'],
      [{ intentHash: `0x${'22'.repeat(32)}` }, 'agreement.intentHash'],
      [{ conditions: HASH }, 'agreement.conditions'],
      [{ expiry: 1_301n }, 'agreement.expiry'],
    ]
    for (const [change, field] of changes) {
      expect(refused(shown(change)), field).to.deep.equal(['OFFER_MISMATCH', field])
    }
  })

  it('is not signed when its seller could be paid without delivering, or the payment be held for long', () => {
    const changes: [Partial<Agreement>, string][] = [
      [{ exposure: 99_999n }, 'agreement.exposure'],
      [{ penaltyBps: 10_000n }, 'agreement.penaltyBps'],
      [{ deadline: 1_010n + 86_401n }, 'agreement.deadline'],
    ]
    for (const [change, field] of changes) {
      expect(refused(shown(change)), field).to.deep.equal(['OFFER_MISMATCH', field])
    }
    const conditionsOf: [Partial<Conditions>, string][] = [
      [{ window: 59n }, 'conditions.window'],
      [{ window: 86_401n }, 'conditions.window'],
      [{ splitBps: 10_000n }, 'conditions.splitBps'],
      [{ arbitrator: seller.address }, 'conditions.arbitrator'],
      [{ meter: seller.address }, 'conditions.meter'],
      [{ retail: 1n }, 'conditions.retail'],
      [{ start: 0n }, 'conditions.start'],
      [{ end: 901n }, 'conditions.end'],
      [{ lateBps: 1_001n }, 'conditions.lateBps'],
    ]
    for (const [change, field] of conditionsOf) {
      const offer = shown({}, seller, { ...conditions, ...change })
      expect(refused(offer), field).to.deep.equal(['OFFER_MISMATCH', field])
    }
  })

  it('is signed with the court of the deployment as its arbitrator', () => {
    expect(refused(shown({}, seller, { ...conditions, arbitrator: court }))).to.equal(undefined)
  })

  it('is not signed when its seller has not, or it has another id', () => {
    expect(refused(shown({}, other))?.[0]).to.equal('SIGNER_WRONG')
    expect(refused({ ...shown(), id: HASH })).to.deep.equal(['OFFER_MISMATCH', 'id'])
  })

  it('is not signed when it is malformed', () => {
    const offer = shown()
    const members = offer.agreement as Record<string, unknown>
    for (const [name, value] of [
      ['price', -1],
      ['price', '0x10'],
      ['buyer', '0x12'],
      ['conditions', null],
      ['nonce', undefined],
    ] as const) {
      const malformed = { ...offer, agreement: { ...members, [name]: value } }
      expect(refused(malformed), name).to.deep.equal(['JSON_INVALID', `agreement.${name}`])
    }
    expect(refused({})?.[0]).to.equal('JSON_INVALID')
  })
})
