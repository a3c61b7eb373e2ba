import { bytesToHex, concat, hexToBytes, numberToBytes } from 'viem'
import { plainAttribute } from './capability.ts'
import { encodeStruct, type Member } from './encode-struct.ts'
import { keccak } from './keccak.ts'
import { LEARNING_RULES, type LearningTask, type ScoreCommitment, type UpdateCommitment } from './learning.ts'
import { type Place, TRIP_CLAIMS, type TripLog, type TripPlan, type TripReport } from './trip.ts'
import {
  type Address,
  type Agreement,
  type Attribute,
  type Capability,
  type CapabilityRecord,
  type Conditions,
  type Delivery,
  type Dispute,
  type Evidence,
  type Hex,
  type Intent,
  KNOWLEDGE_KINDS,
  type KnowledgeAnswer,
  type MarketOrder,
  REUSES,
  type Reading,
  type Release,
  type ServiceAnswer,
  type SlotReading,
  type Terms,
  type WebhookRequest,
  type Withdrawal,
} from './types.ts'

/** A struct type with its hash computed once: hashing is on the path of every message. */
interface StructType {
  name: string
  fields: readonly Member[]
  /** All structs in it, at any depth. */
  nested: readonly StructType[]
  /** The type's string without those of structs in it. */
  ownType: string
  /** 32 bytes. */
  typeHash: Uint8Array
}

/** The EIP-712 domain of a deployment: chain, contract, and a salt so that a reset local chain replays nothing. */
export interface Domain {
  name: 'MESH'
  version: '1'
  chainId: bigint
  verifyingContract: Address
  salt: Hex
}

/** A hash where there is nothing to take one of. */
export const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`

/** @param nested all structs in it, at any depth, by name */
function struct(name: string, signature: string, nested: readonly StructType[] = []): StructType {
  const fields = signature.split(',').map((member) => {
    const [type = '', field = ''] = member.trim().split(' ')
    return { type, name: field }
  })
  const ownType = `${name}(${fields.map((f) => `${f.type} ${f.name}`).join(',')})`
  return {
    name,
    fields,
    nested,
    ownType,
    typeHash: keccak(new TextEncoder().encode(ownType + nested.map((type) => type.ownType).join(''))),
  }
}

const conditionsType = struct(
  'Conditions',
  'address arbitrator,address meter,uint64 start,uint64 end,uint64 lateFrom,uint16 lateBps,uint32 window,uint16 splitBps,uint64 retail',
)

const attributeType = struct('Attribute', 'string name,uint8 kind,int64 min,int64 max,string[] values')
const capabilityType = struct(
  'Capability',
  'string name,string version,string model,Attribute[] attributes',
  [attributeType],
)

const citationType = struct('Citation', 'bytes32 content,uint64 start,uint64 end,string quote,string source')

const placeType = struct('Place', 'int32 longitude,int32 latitude')

const stepType = struct('Step', 'int64 price,uint64 quantity')

/** Every struct that MESH signs, in the member order of its type string. */
export const structs = {
  Agreement: struct(
    'Agreement',
    'address buyer,address payer,address seller,address payout,address token,address staker,uint64 agentId,uint96 exposure,uint64 quantity,uint64 price,uint96 lot,uint16 feeBps,uint16 penaltyBps,uint96 relayFee,uint32 buyerEpoch,uint32 sellerEpoch,uint64 expiry,uint64 deadline,bytes32 intentHash,bytes32 termsHash,uint128 nonce,Conditions conditions',
    [conditionsType],
  ),
  Conditions: conditionsType,
  Release: struct('Release', 'bytes32 agreement,uint64 quantity,bool last,bytes32 evidence'),
  Evidence: struct('Evidence', 'bytes32 agreement,uint64 quantity,bytes32 evidence'),
  Reading: struct('Reading', 'bytes32 agreement,uint64 quantity'),
  Dispute: struct('Dispute', 'bytes32 agreement'),
  Intent: struct(
    'Intent',
    'address agent,uint8 side,string capability,string area,uint64 quantity,uint64 price,uint64 lot,uint64 start,uint64 end,uint64 expiry,uint256 nonce,string[] endpoints,Attribute[] attributes',
    [attributeType],
  ),
  CapabilityRecord: struct(
    'CapabilityRecord',
    'address agent,uint256 agentId,Capability[] capabilities,string area,string[] endpoints,uint64 issuedAt,uint64 expiry',
    [attributeType, capabilityType],
  ),
  Terms: struct(
    'Terms',
    'string capability,string area,uint64 start,uint64 end,uint64 round,bytes32 previous',
  ),
  Delivery: struct('Delivery', 'bytes32 agreement,uint64 quantity,uint64 deliveredAt,bytes32 evidence'),
  Withdrawal: struct('Withdrawal', 'bytes32 subject'),
  ServiceAnswer: struct(
    'ServiceAnswer',
    'address agent,string capability,bytes32 question,bytes32 body,uint64 answeredAt,uint64 expiry',
  ),
  KnowledgeAnswer: struct(
    'KnowledgeAnswer',
    'address agent,string capability,bytes32 question,uint8 kind,string contentType,bytes32 body,uint64 length,string model,string licence,uint8 reuse,Citation[] citations,uint64 answeredAt,uint64 expiry',
    [citationType],
  ),
  Order: struct('Order', 'bytes32 market,uint64 slot,address account,uint8 side,uint48 tariff,Step[] steps', [
    stepType,
  ]),
  SlotReading: struct(
    'Reading',
    'bytes32 market,uint64 slot,address account,uint64 imported,uint64 exported',
  ),
  TripPlan: struct('TripPlan', 'bytes32 agreement,Place pickUp,Place dropOff', [placeType]),
  TripReport: struct(
    'TripReport',
    'bytes32 agreement,address agent,uint64 number,bytes32 previous,uint8 claim,uint64 at,uint64 metres,Place[] places',
    [placeType],
  ),
  TripLog: struct('TripLog', 'bytes32 plan,bytes32 driver,bytes32 rider'),
  LearningTask: struct(
    'LearningTask',
    'address requester,address token,uint128 reward,uint128 evaluationFee,uint128 aggregationFee,uint128 participantStake,uint128 evaluatorStake,uint8 rule,uint8 trim,uint8 maxParticipants,uint8 panel,uint32 clip,uint32 dimension,uint16 chunkSize,uint32 tolerance,uint64 commitUntil,uint64 revealUntil,uint64 attestUntil,uint64 scoreUntil,uint64 closeAt,bytes32 baseModel,bytes32 evaluationRoot,uint256 nonce',
  ),
  UpdateCommitment: struct(
    'UpdateCommitment',
    'bytes32 task,address participant,bytes32 updateRoot,bytes32 contentId,bytes32 salt',
  ),
  ScoreCommitment: struct(
    'ScoreCommitment',
    'bytes32 task,address evaluator,int32[] scores,bytes32 resultRoot,bytes32 salt',
  ),
  WebhookRequest: struct(
    'WebhookRequest',
    'address owner,string action,bytes32 webhook,string url,string filter,string event,uint64 expiry,bytes32 nonce',
  ),
} as const

const domainType = struct(
  'EIP712Domain',
  'string name,string version,uint256 chainId,address verifyingContract,bytes32 salt',
)

/**
 * EIP-712 `hashStruct`; a member that is a struct, or a list of them, is given as its hash.
 * Source: https://eips.ethereum.org/EIPS/eip-712#definition-of-hashstruct
 */
function hashStruct({ typeHash, fields }: StructType, value: Record<string, unknown>): Hex {
  return bytesToHex(keccak(encodeStruct(typeHash, fields, value)))
}

const separators = new WeakMap<Domain, Hex>()

/** Domain separator, computed once per domain object. */
export function domainSeparator(domain: Domain): Hex {
  let separator = separators.get(domain)
  if (separator === undefined) {
    separator = hashStruct(domainType, { ...domain })
    separators.set(domain, separator)
  }
  return separator
}

function digest(domain: Domain, structHash: Hex): Hex {
  return bytesToHex(keccak(hexToBytes(concat(['0x1901', domainSeparator(domain), structHash]))))
}

/** Digest that the maker of an intent signs. The domain is the network's off-chain one. */
export function hashIntent(domain: Domain, intent: Intent): Hex {
  const side = intent.side === 'buy' ? 0 : 1
  const attributes = hashAttributes(intent.attributes)
  return digest(domain, hashStruct(structs.Intent, { ...intent, side, attributes }))
}

/** Digest that an agent signs to claim its capabilities. The domain is the network's off-chain one. */
export function hashCapabilityRecord(domain: Domain, record: CapabilityRecord): Hex {
  const capabilities = concatHashes(record.capabilities, hashCapability)
  return digest(domain, hashStruct(structs.CapabilityRecord, { ...record, capabilities }))
}

function hashCapability(capability: Capability): Hex {
  return hashStruct(capabilityType, { ...capability, attributes: hashAttributes(capability.attributes) })
}

function hashAttributes(attributes: readonly Attribute[]): Hex {
  return concatHashes(attributes, (attribute) => hashStruct(attributeType, { ...plainAttribute(attribute) }))
}

/** A list of structs, as `encodeData` has it. */
function concatHashes<T>(list: readonly T[], hash: (value: T) => Hex): Hex {
  return bytesToHex(keccak(hexToBytes(concat(list.map(hash)))))
}

/** Struct hash of the terms, as it stands in `Agreement.termsHash`; it needs no domain of its own. */
export function hashTerms(terms: Terms): Hex {
  return hashStruct(structs.Terms, { ...terms })
}

/** Struct hash of conditions, as it stands in `Agreement.conditions`; it needs no domain of its own. */
export function hashConditions(conditions: Conditions): Hex {
  return hashStruct(structs.Conditions, { ...conditions })
}

/**
 * Digest that both sides of an agreement sign, and its id on chain. The signed type nests the conditions, so a wallet
 * that shows typed data shows them too. The domain is the escrow's.
 */
export function hashAgreement(domain: Domain, agreement: Agreement): Hex {
  return digest(domain, hashStruct(structs.Agreement, { ...agreement }))
}

/** Digest that the buyer signs to release a payment. The domain is the escrow's. */
export function hashRelease(domain: Domain, release: Release): Hex {
  return digest(domain, hashStruct(structs.Release, { ...release }))
}

/** Digest that the seller signs to have somebody else report its delivery. The domain is the escrow's. */
export function hashEvidence(domain: Domain, evidence: Evidence): Hex {
  return digest(domain, hashStruct(structs.Evidence, { ...evidence }))
}

/** Digest that the seller's meter signs. The domain is the escrow's. */
export function hashReading(domain: Domain, reading: Reading): Hex {
  return digest(domain, hashStruct(structs.Reading, { ...reading }))
}

/** Digest that the buyer signs to have somebody else contest a delivery. The domain is the escrow's. */
export function hashDispute(domain: Domain, dispute: Dispute): Hex {
  return digest(domain, hashStruct(structs.Dispute, { ...dispute }))
}

/** Digest that a service signs over its answer. Off-chain domain. */
export function hashServiceAnswer(domain: Domain, answer: ServiceAnswer): Hex {
  return digest(domain, hashStruct(structs.ServiceAnswer, { ...answer }))
}

/** Digest that an agent signs over an answer that others may keep. Off-chain domain. */
export function hashKnowledgeAnswer(domain: Domain, answer: KnowledgeAnswer): Hex {
  return digest(
    domain,
    hashStruct(structs.KnowledgeAnswer, {
      ...answer,
      kind: KNOWLEDGE_KINDS.indexOf(answer.kind),
      reuse: REUSES.indexOf(answer.reuse),
      citations: concatHashes(answer.citations, (citation) => hashStruct(citationType, { ...citation })),
    }),
  )
}

/** Digest that an account signs to trade in a slot. The domain is the clearing house's. */
export function hashOrder(domain: Domain, order: MarketOrder): Hex {
  const steps = concatHashes(order.steps, (step) => hashStruct(stepType, { ...step }))
  return digest(domain, hashStruct(structs.Order, { ...order, side: order.side === 'buy' ? 0 : 1, steps }))
}

/** Digest that a meter signs for a slot. The domain is the clearing house's. */
export function hashSlotReading(domain: Domain, reading: SlotReading): Hex {
  return digest(domain, hashStruct(structs.SlotReading, { ...reading }))
}

/** Digest that the seller signs over its delivery; it is the `evidence` of the release. Off-chain domain. */
export function hashDelivery(domain: Domain, delivery: Delivery): Hex {
  return digest(domain, hashStruct(structs.Delivery, { ...delivery }))
}

/** Digest that a guest signs to have its carrier take back an intent or an offer. Off-chain domain. */
export function hashWithdrawal(domain: Domain, withdrawal: Withdrawal): Hex {
  return digest(domain, hashStruct(structs.Withdrawal, { ...withdrawal }))
}

/** Digest that a rider signs over where its ride begins and ends. Off-chain domain. */
export function hashTripPlan(domain: Domain, { agreement, pickUp, dropOff }: TripPlan): Hex {
  const places = { pickUp: hashPlace(pickUp), dropOff: hashPlace(dropOff) }
  return digest(domain, hashStruct(structs.TripPlan, { agreement, ...places }))
}

/** Digest that a side of a trip signs over what it says. Off-chain domain. */
export function hashTripReport(domain: Domain, { place, claim, ...report }: TripReport): Hex {
  const places = concatHashes(place === undefined ? [] : [place], hashPlace)
  const fields = { ...report, claim: TRIP_CLAIMS.indexOf(claim), places }
  return digest(domain, hashStruct(structs.TripReport, fields))
}

/**
 * Hash of all that was said about a trip, which stands as evidence in its delivery: of the plan's digest, and of each
 * side's last report, in which the ones before it are contained; 32 zero bytes for what there is not. Off-chain domain.
 */
export function hashTripLog(domain: Domain, { plan, driver, rider }: TripLog): Hex {
  const last = (reports: TripLog['driver']) => {
    const report = reports.at(-1)
    return report === undefined ? ZERO_HASH : hashTripReport(domain, report.value)
  }
  return digest(
    domain,
    hashStruct(structs.TripLog, {
      plan: plan === undefined ? ZERO_HASH : hashTripPlan(domain, plan.value),
      driver: last(driver),
      rider: last(rider),
    }),
  )
}

/** Id of a learning task on chain. The domain is the learning registry's. */
export function hashLearningTask(domain: Domain, task: LearningTask): Hex {
  return digest(
    domain,
    hashStruct(structs.LearningTask, { ...task, rule: LEARNING_RULES.indexOf(task.rule) }),
  )
}

/** What a participant commits to before anybody sees its update. The domain is the learning registry's. */
export function hashUpdateCommitment(domain: Domain, commitment: UpdateCommitment): Hex {
  return digest(domain, hashStruct(structs.UpdateCommitment, { ...commitment }))
}

/** What an evaluator commits to before anybody sees its scores. The domain is the learning panel's. */
export function hashScoreCommitment(domain: Domain, commitment: ScoreCommitment): Hex {
  const scores = bytesToHex(
    keccak(concat(commitment.scores.map((score) => numberToBytes(score, { size: 32, signed: true })))),
  )
  return digest(domain, hashStruct(structs.ScoreCommitment, { ...commitment, scores }))
}

/** Digest that an account signs to have an index do something about webhooks of its own. Off-chain domain. */
export function hashWebhookRequest(domain: Domain, request: WebhookRequest): Hex {
  return digest(domain, hashStruct(structs.WebhookRequest, { ...request }))
}

function hashPlace(place: Place): Hex {
  return hashStruct(placeType, { ...place })
}
