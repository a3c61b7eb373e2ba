import { z } from 'zod'
import { RefusedError } from '../../protocol/errors.ts'
import { membersOf } from '../../protocol/input.ts'
import {
  type Admission,
  type NetworkParameters,
  type ProtocolId,
  protocolKey,
  type Standing,
} from '../../protocol/network-parameters.ts'

/**
 * What an agent's owner asks, beyond what governance does, of those whose messages about a domain it takes and carries.
 * Whoever has one of what is named gets in: stake, reputation, or a small proof of payment.
 */
export interface OwnAdmission {
  /** Free stake for the escrow, in minor units of the stake token. Costs its time: it comes back. */
  minStake?: bigint
  /** What is to be expected of it, from 0 to 1; see `reputationOf`. */
  minReputation?: number
  /**
   * What was paid to the agent in agreements that clients have rated, in the registry's units of weight
   * (`settledVolume` of `scoreOf`). Who fakes it by buying from itself gets all back but the fee, so it costs
   * `minVolume * feeBps / 10_000` and the gas of as many agreements and ratings as it takes; nobody gets that back.
   */
  minVolume?: bigint
}

/** By domain (`energy`); the key '' is for all others, and for capability records, which are of no domain. */
export type OwnAdmissions = Readonly<Record<string, OwnAdmission>>

export const ownAdmissionsSchema: z.ZodType<OwnAdmissions> = z.record(
  z.string(),
  membersOf<OwnAdmission>({
    minStake: z.bigint().optional(),
    minReputation: z.number().optional(),
    minVolume: z.bigint().optional(),
  }),
)

/** Points of a score of the registry, of which 10^18 are 1, in a hundredth of a per cent. */
const SCORE_UNIT = 10n ** 14n

/**
 * Why an agent's messages are not carried.
 *
 * @param admission what the domain asks, undefined for messages of no domain
 * @returns `AGENT_BANNED`, `STAKE_TOO_LOW` or `REPUTATION_TOO_LOW`; undefined when they are
 */
export function faultOf(standing: Standing, admission: Admission | undefined): RefusedError | undefined {
  const { agentId, freeStake, score, isBanned } = standing
  if (isBanned) {
    return new RefusedError('AGENT_BANNED', 'An agent is banned from the network.', {
      field: `agent ${agentId}`,
      expected: 'no ban in the MeshDirectory',
      received: 'banned',
      remedy:
        'See `caseOf` and `bannedUntil` there: its owner can contest an accusation, and a vote can lift a ban.',
    })
  }
  if (admission === undefined) return undefined
  if (freeStake < admission.minStake) {
    return new RefusedError('STAKE_TOO_LOW', 'An agent has less stake than its domain asks.', {
      field: `agent ${agentId}`,
      expected: `free stake of at least ${admission.minStake}`,
      received: freeStake,
      remedy: 'Put up more stake for the escrow (`enroll`), or wait until open agreements have ended.',
    })
  }
  const least = BigInt(admission.minReputation) * SCORE_UNIT
  if (score >= least) return undefined
  return new RefusedError('REPUTATION_TOO_LOW', 'An agent has less reputation than its domain asks.', {
    field: `agent ${agentId}`,
    expected: `a score of at least ${least}`,
    received: score,
    remedy: 'Register the agent; settle agreements that its clients rate well.',
  })
}

/** What an owner asks of messages about a domain; undefined when nothing. */
export function ownAdmissionOf(
  admissions: OwnAdmissions,
  domain: string | undefined,
): OwnAdmission | undefined {
  const key = domain !== undefined && Object.hasOwn(admissions, domain) ? domain : ''
  return Object.hasOwn(admissions, key) ? admissions[key] : undefined
}

/**
 * Why an agent is not admitted by what this one's owner asks.
 *
 * @param reputation from 0 to 1; see `reputationOf`
 * @returns `NOT_ADMITTED`; undefined when it is, or nothing is asked
 */
export function ownFaultOf(
  { agentId, freeStake, settledVolume }: Standing,
  reputation: number,
  { minStake, minReputation, minVolume }: OwnAdmission,
): RefusedError | undefined {
  const ways = [
    { asked: minStake, has: freeStake, name: 'free stake' },
    { asked: minReputation, has: reputation, name: 'reputation' },
    { asked: minVolume, has: settledVolume, name: 'settled volume' },
  ].filter(({ asked }) => asked !== undefined)
  if (ways.length === 0 || ways.some(({ asked = 0, has }) => has >= asked)) return undefined
  return new RefusedError('NOT_ADMITTED', 'An agent has nothing of what this one asks of others.', {
    field: `agent ${agentId}`,
    expected: ways.map(({ name, asked }) => `${name} of at least ${asked}`).join(', or '),
    received: ways.map(({ name, has }) => `${name} of ${has}`).join(', '),
    remedy: 'Put up stake, or settle agreements that clients rate; other agents may ask less.',
  })
}

/**
 * Checks that a version of a protocol may be spoken.
 *
 * @param now Unix seconds
 * @throws RefusedError `PROTOCOL_SUNSET`, or `PROTOCOL_UNKNOWN` when the directory does not have it
 */
export function checkProtocol({ protocols }: NetworkParameters, id: ProtocolId, now: bigint): void {
  const { status, sunset, current } = protocols[protocolKey(id)] ?? UNKNOWN
  const isOver = status === 'sunset' || (sunset !== 0n && now >= sunset)
  if (status !== 'none' && !isOver) return
  const remedy =
    current > 0
      ? `Update this software to one that speaks ${id.name}/${current}.`
      : 'Check that the descriptor is of the network that you mean.'
  if (status === 'none') {
    throw new RefusedError('PROTOCOL_UNKNOWN', 'The network does not know a version of a protocol.', {
      field: protocolKey(id),
      expected: current > 0 ? `version 1 to ${current}` : 'a protocol of the MeshDirectory',
      received: `version ${id.version}`,
      remedy,
    })
  }
  throw new RefusedError('PROTOCOL_SUNSET', 'A version of a protocol is past its sunset.', {
    field: protocolKey(id),
    expected: `spoken before ${new Date(Number(sunset) * 1000).toISOString()}`,
    received: `version ${id.version}, where ${current} is current`,
    remedy,
  })
}

/**
 * Checks that new agreements may be opened in the deployment's escrow; those that are open end in it in any case.
 *
 * @throws RefusedError `CONTRACT_SUNSET`
 */
export function checkEscrow({ escrow }: NetworkParameters, address: string): void {
  if (escrow === 'current' || escrow === 'deprecated') return
  throw new RefusedError('CONTRACT_SUNSET', 'Nothing new is begun with this escrow.', {
    field: 'deployment.contracts.intentEscrow',
    expected: 'a version before its sunset',
    received: `${address}, which the MeshDirectory calls ${escrow}`,
    remedy: 'Fetch the network descriptor again, and update this software.',
  })
}

const UNKNOWN = { status: 'none', sunset: 0n, current: 0 } as const
