import { RefusedError } from '../../protocol/errors.ts'
import {
  type Admission,
  type NetworkParameters,
  type ProtocolId,
  protocolKey,
  type Standing,
} from '../../protocol/network-parameters.ts'

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
