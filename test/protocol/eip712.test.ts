import { expect } from 'chai'
import fc from 'fast-check'
import { hashStruct, hashTypedData } from 'viem'
import {
  type Domain,
  domainSeparator,
  hashAgreement,
  hashCapabilityRecord,
  hashConditions,
  hashDelivery,
  hashDispute,
  hashEvidence,
  hashIntent,
  hashLearningTask,
  hashOrder,
  hashReading,
  hashRelease,
  hashScoreCommitment,
  hashSlotReading,
  hashTerms,
  hashTripPlan,
  hashTripReport,
  hashUpdateCommitment,
} from '../../protocol/eip712.ts'
import { LEARNING_RULES } from '../../protocol/learning.ts'
import { TRIP_CLAIMS } from '../../protocol/trip.ts'
import type { Attribute, Capability, Hex, Intent } from '../../protocol/types.ts'
import { draw } from '../seed.ts'
import * as arbitrary from './support/arbitraries.ts'

/** Written out again, by hand: a member that is renamed, moved or left out in the code must not be so here. */
const TYPES = {
  EIP712Domain: members(
    'string name, string version, uint256 chainId, address verifyingContract, bytes32 salt',
  ),
  Agreement: members(
    `address buyer, address payer, address seller, address payout, address token, address staker, uint64 agentId,
     uint96 exposure, uint64 quantity, uint64 price, uint96 lot, uint16 feeBps, uint16 penaltyBps, uint96 relayFee,
     uint32 buyerEpoch, uint32 sellerEpoch, uint64 expiry, uint64 deadline, bytes32 intentHash, bytes32 termsHash,
     uint128 nonce, Conditions conditions`,
  ),
  Conditions: members(
    `address arbitrator, address meter, uint64 start, uint64 end, uint64 lateFrom, uint16 lateBps, uint32 window,
     uint16 splitBps, uint64 retail`,
  ),
  Release: members('bytes32 agreement, uint64 quantity, bool last, bytes32 evidence'),
  Evidence: members('bytes32 agreement, uint64 quantity, bytes32 evidence'),
  Reading: members('bytes32 agreement, uint64 quantity'),
  Dispute: members('bytes32 agreement'),
  Intent: members(
    `address agent, uint8 side, string capability, string area, uint64 quantity, uint64 price, uint64 lot,
     uint64 start, uint64 end, uint64 expiry, uint256 nonce, string[] endpoints, Attribute[] attributes`,
  ),
  CapabilityRecord: members(
    `address agent, uint256 agentId, Capability[] capabilities, string area, string[] endpoints, uint64 issuedAt,
     uint64 expiry`,
  ),
  Capability: members('string name, string version, string model, Attribute[] attributes'),
  Attribute: members('string name, uint8 kind, int64 min, int64 max, string[] values'),
  Terms: members('string capability, string area, uint64 start, uint64 end, uint64 round, bytes32 previous'),
  Delivery: members('bytes32 agreement, uint64 quantity, uint64 deliveredAt, bytes32 evidence'),
  Place: members('int32 longitude, int32 latitude'),
  TripPlan: members('bytes32 agreement, Place pickUp, Place dropOff'),
  TripReport: members(
    `bytes32 agreement, address agent, uint64 number, bytes32 previous, uint8 claim, uint64 at, uint64 metres,
     Place[] places`,
  ),
  Order: members('bytes32 market, uint64 slot, address account, uint8 side, uint48 tariff, Step[] steps'),
  Step: members('int64 price, uint64 quantity'),
  LearningTask: members(
    `address requester, address token, uint128 reward, uint128 evaluationFee, uint128 aggregationFee,
     uint128 participantStake, uint128 evaluatorStake, uint8 rule, uint8 trim, uint8 maxParticipants, uint8 panel,
     uint32 clip, uint32 dimension, uint16 chunkSize, uint32 tolerance, uint64 commitUntil, uint64 revealUntil,
     uint64 attestUntil, uint64 scoreUntil, uint64 closeAt, bytes32 baseModel, bytes32 evaluationRoot, uint256 nonce`,
  ),
  UpdateCommitment: members(
    'bytes32 task, address participant, bytes32 updateRoot, bytes32 contentId, bytes32 salt',
  ),
  ScoreCommitment: members(
    'bytes32 task, address evaluator, int32[] scores, bytes32 resultRoot, bytes32 salt',
  ),
}

const DOMAIN_TYPE = {
  EIP712Domain: members(
    'string name, string version, uint256 chainId, address verifyingContract, bytes32 salt',
  ),
}

interface Member {
  type: string
  name: string
}

/** One signed struct: how we hash it, what viem is to be given, and where its values come from. */
interface Kind {
  primaryType: keyof typeof TYPES
  arbitrary: fc.Arbitrary<object>
  hash: (domain: Domain, value: object) => Hex
  message: (value: object) => Record<string, unknown>
}

/** An agreement with its conditions nested, as a wallet gets it to sign. */
const nested = fc
  .record({ agreement: arbitrary.agreement, conditions: arbitrary.conditions })
  .map(({ agreement, conditions }) => ({ ...agreement, conditions }))

const kinds: Kind[] = [
  kind('Agreement', nested, (domain, { conditions, ...agreement }) =>
    hashAgreement(domain, { ...agreement, conditions: hashConditions(conditions) }),
  ),
  kind('Release', arbitrary.release, hashRelease),
  kind('Evidence', arbitrary.evidence, hashEvidence),
  kind('Reading', arbitrary.reading, hashReading),
  kind('Dispute', arbitrary.dispute, hashDispute),
  kind('Intent', arbitrary.intent, hashIntent, (value) => ({
    ...value,
    side: sideNumber(value),
    attributes: value.attributes.map(plainAttribute),
  })),
  kind('CapabilityRecord', arbitrary.capabilityRecord, hashCapabilityRecord, (record) => ({
    ...record,
    capabilities: record.capabilities.map(plainCapability),
  })),
  kind('Delivery', arbitrary.delivery, hashDelivery),
  kind('TripPlan', arbitrary.tripPlan, hashTripPlan),
  kind('TripReport', arbitrary.tripReport, hashTripReport, ({ claim, place, ...report }) => ({
    ...report,
    claim: TRIP_CLAIMS.indexOf(claim),
    places: place === undefined ? [] : [place],
  })),
  kind('Order', arbitrary.marketOrder, hashOrder, (value) => ({ ...value, side: sideNumber(value) })),
  kind('LearningTask', arbitrary.learningTask, hashLearningTask, (task) => ({
    ...task,
    rule: LEARNING_RULES.indexOf(task.rule),
  })),
  kind('UpdateCommitment', arbitrary.updateCommitment, hashUpdateCommitment),
  kind('ScoreCommitment', arbitrary.scoreCommitment, hashScoreCommitment),
]

describe('eip712', () => {
  for (const { primaryType, arbitrary: values, hash, message } of kinds) {
    describe(primaryType, () => {
      it('has the digest that viem computes', () => {
        fc.assert(
          fc.property(arbitrary.domain, values, (domain, value) => {
            const types: Record<string, Member[]> = { ...TYPES }
            expect(hash(domain, value)).to.equal(
              hashTypedData({ domain: { ...domain }, types, primaryType, message: message(value) }),
            )
          }),
        )
      })

      it('has another digest when any one member is another', () => {
        fc.assert(
          fc.property(arbitrary.domain, values, values, (domain, value, other) => {
            const digest = hash(domain, value)
            for (const [name, member] of Object.entries(other)) {
              const changed = { ...value, [name]: member }
              const isSame = show(changed) === show(value)
              expect(hash(domain, changed) === digest, name).to.equal(isSame)
            }
          }),
        )
      })

      it('has another digest on another chain, for another contract, and with another salt', () => {
        fc.assert(
          fc.property(arbitrary.domain, arbitrary.domain, values, (domain, other, value) => {
            const digest = hash(domain, value)
            for (const name of ['chainId', 'verifyingContract', 'salt'] as const) {
              fc.pre(domain[name] !== other[name])
              expect(hash({ ...domain, [name]: other[name] }, value), name).to.not.equal(digest)
            }
          }),
        )
      })
    })
  }

  /** Structs that are signed as parts of others. */
  const parts = [
    part('Terms', arbitrary.terms, hashTerms),
    part('Conditions', arbitrary.conditions, hashConditions),
  ]
  for (const { primaryType, arbitrary: values, hash } of parts) {
    describe(primaryType, () => {
      it('has the struct hash that viem computes', () => {
        fc.assert(
          fc.property(values, (value) => {
            const data = { ...value }
            expect(hash(value)).to.equal(hashStruct({ data, primaryType, types: TYPES }))
          }),
        )
      })

      it('has another hash when any one member is another', () => {
        fc.assert(
          fc.property(values, values, (value, other) => {
            for (const [name, member] of Object.entries(other)) {
              const changed = { ...value, [name]: member }
              expect(hash(changed) === hash(value), name).to.equal(show(changed) === show(value))
            }
          }),
        )
      })
    })
  }

  it('has the digest of a reading for a slot that viem computes; its type has the name of another one', () => {
    const types = {
      Reading: members('bytes32 market, uint64 slot, address account, uint64 imported, uint64 exported'),
    }
    fc.assert(
      fc.property(arbitrary.domain, arbitrary.slotReading, (domain, reading) => {
        const message = { ...reading }
        const digest = hashTypedData({ domain: { ...domain }, types, primaryType: 'Reading', message })
        expect(hashSlotReading(domain, reading)).to.equal(digest)
      }),
    )
  })

  it('binds every member of the conditions by the agreement that nests them', () => {
    fc.assert(
      fc.property(arbitrary.domain, nested, arbitrary.conditions, (domain, value, other) => {
        const digest = (conditions: typeof other) =>
          hashAgreement(domain, { ...value, conditions: hashConditions(conditions) })
        for (const [name, member] of Object.entries(other)) {
          const changed = { ...value.conditions, [name]: member }
          const isSame = show(changed) === show(value.conditions)
          expect(digest(changed) === digest(value.conditions), name).to.equal(isSame)
        }
      }),
    )
  })

  it('has the domain separator that viem computes, the same at the second asking', () => {
    fc.assert(
      fc.property(arbitrary.domain, (domain) => {
        const separator = hashStruct({ data: { ...domain }, primaryType: 'EIP712Domain', types: DOMAIN_TYPE })
        expect(domainSeparator(domain)).to.equal(separator)
        expect(domainSeparator(domain)).to.equal(separator)
      }),
    )
  })

  it('tells lists apart that have the same texts in other places', () => {
    const domain = draw(arbitrary.domain)
    const intent = draw(arbitrary.intent)
    const lists = [[], [''], ['', ''], ['ab', 'c'], ['a', 'bc'], ['abc'], ['c', 'ab']]
    const digests = lists.map((endpoints) => hashIntent(domain, { ...intent, endpoints }))
    expect(new Set(digests)).to.have.lengthOf(lists.length)
  })
})

function part<T extends object>(
  primaryType: 'Terms' | 'Conditions',
  values: fc.Arbitrary<T>,
  hash: (value: T) => Hex,
) {
  return {
    primaryType,
    arbitrary: values as fc.Arbitrary<object>,
    hash: (value: object) => hash(value as T),
  }
}

function kind<T extends object>(
  primaryType: keyof typeof TYPES,
  values: fc.Arbitrary<T>,
  hash: (domain: Domain, value: T) => Hex,
  message: (value: T) => object = (value) => value,
): Kind {
  return {
    primaryType,
    arbitrary: values,
    hash: (domain, value) => hash(domain, value as T),
    message: (value) => ({ ...message(value as T) }),
  }
}

function members(list: string): Member[] {
  return list.split(',').map((member) => {
    const [type = '', name = ''] = member.trim().split(' ')
    return { type, name }
  })
}

/** A capability as the signed type has it, written out again. */
function plainCapability({ attributes, ...capability }: Capability) {
  return { ...capability, attributes: attributes.map(plainAttribute) }
}

function plainAttribute(attribute: Attribute) {
  const kinds = ['range', 'span', 'set', 'area']
  const plain = { min: 0n, max: 0n, values: [] as string[] }

  const { name, type } = attribute
  const own =
    type === 'range'
      ? { min: attribute.min, max: attribute.max }
      : type === 'span'
        ? { min: attribute.from, max: attribute.to }
        : { values: type === 'set' ? attribute.values : attribute.cells }
  return { ...plain, name, kind: kinds.indexOf(type), ...own }
}

function sideNumber({ side }: Pick<Intent, 'side'>): number {
  return side === 'buy' ? 0 : 1
}

/** Text that is equal for equal values; JSON has no bigints. */
function show(value: object): string {
  return JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? member.toString() : member))
}
