import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../protocol/errors.ts'
import {
  admissionOf,
  type NetworkParameters,
  type ProtocolId,
  type Standing,
} from '../../protocol/network-parameters.ts'
import type { Address } from '../../protocol/types.ts'
import { checkSize } from '../../protocol/wire/codec.ts'
import { NOBODY } from '../chain/actions/standing.ts'
import type { Directory } from '../chain/directory.ts'
import type { Standings } from '../chain/standings.ts'
import { quotaOfIntents } from '../network/names.ts'
import {
  checkEscrow,
  checkProtocol,
  faultOf,
  type OwnAdmissions,
  ownAdmissionOf,
  ownFaultOf,
} from '../policy/admission.ts'

export interface NetworkRulesComponents {
  directory: Pick<Directory, 'start' | 'stop' | 'parameters' | 'latelyAllowedBytes' | 'follow'>
  standings: Pick<Standings, 'stop' | 'known' | 'justRead' | 'of' | 'recent' | 'fresh'>
  /** Address of the escrow that this agent's agreements are opened in. */
  escrow: Address
  /** Unix seconds. */
  now: () => bigint
  /** What this agent's owner asks besides; without it nothing. */
  own?: OwnRules
}

/** What an agent's owner asks of others. */
export interface OwnRules {
  admissions: OwnAdmissions
  /** This agent, of which nothing is asked. */
  agent: Address
  /** What is to be expected of an agent, from 0 to 1, by what stands behind it; see `reputationOf`. */
  reputationOf: (agent: Address, standing: Standing) => number
}

/** The network's rules as every protocol obeys them. */
export class NetworkRules {
  readonly #components: NetworkRulesComponents

  constructor(components: NetworkRulesComponents) {
    this.#components = components
  }

  /** Reads the parameters, and keeps them fresh. @throws as `Directory.start` */
  async start(signal?: AbortSignal): Promise<void> {
    await this.#components.directory.start(signal)
  }

  stop(): void {
    this.#components.directory.stop()
    this.#components.standings.stop()
  }

  /** The parameters in force. */
  get parameters(): NetworkParameters {
    return this.#components.directory.parameters
  }

  /** Obeys from now on what is decided for a domain of its own. */
  follow(domain: string): void {
    this.#components.directory.follow(domain, quotaOfIntents(domain))
  }

  /**
   * Checks the size of a message, before it is decoded, or sent.
   *
   * @param length bytes of it
   * @throws WireError `MESSAGE_TOO_LARGE`; RefusedError `MESSAGE_TOO_LARGE` when it was small enough within the last ten
   *   minutes, so that whoever passed it on may not know of the change
   */
  checkSize(length: number): void {
    const { parameters, latelyAllowedBytes } = this.#components.directory
    const { maxMessageBytes } = parameters.spam
    if (length <= maxMessageBytes || length > latelyAllowedBytes) {
      checkSize(length, maxMessageBytes)
      return
    }
    throw new RefusedError('MESSAGE_TOO_LARGE', 'A message is larger than the network allows of late.', {
      field: 'message',
      expected: `at most ${maxMessageBytes} bytes`,
      received: `${length} bytes`,
      remedy: 'Say less in it: fewer endpoints, shorter texts.',
    })
  }

  /** @throws RefusedError `PROTOCOL_SUNSET` or `PROTOCOL_UNKNOWN` */
  checkProtocol(id: ProtocolId): void {
    checkProtocol(this.parameters, id, this.#components.now())
  }

  /** @throws RefusedError `CONTRACT_SUNSET` */
  checkEscrow(): void {
    checkEscrow(this.parameters, this.#components.escrow)
  }

  /**
   * Whether the chain has said that an agent, which is not banned, has as much free stake as the strictest domain asks that
   * this one knows of, and any at all. Answers from memory.
   */
  hasStake(agent: Address): boolean {
    const { freeStake, isBanned } = this.#components.standings.known(agent) ?? NOBODY
    const asked = Object.values(this.parameters.admissions).map(({ minStake }) => minStake)
    return !isBanned && freeStake > 0n && asked.every((minStake) => freeStake >= minStake)
  }

  /**
   * What stands behind an agent's key. Before it is taken for a stranger's, the chain is asked again.
   *
   * @throws RefusedError `TOO_MANY_STRANGERS`
   */
  async standingOf(agent: Address): Promise<Standing> {
    const { standings } = this.#components
    const standing = await standings.of(agent)
    return standing.agentId === 0n ? standings.fresh(agent) : standing
  }

  /** Why an agent may not be connected, as the chain said within three intervals; undefined when it may. */
  async banOf(agent: Address): Promise<RefusedError | undefined> {
    return faultOf(await this.#components.standings.recent(agent), undefined)
  }

  /**
   * Whether the chain has said a moment ago that governance does not admit an agent: then nothing need be known of another
   * message but whom it names. Answers from memory.
   */
  hasJustRefused(agent: Address, domain?: string): boolean {
    const standing = this.#components.standings.justRead(agent)
    const admission = domain === undefined ? undefined : admissionOf(this.parameters, domain)
    return standing !== undefined && faultOf(standing, admission) !== undefined
  }

  /**
   * Checks that an agent's messages are carried. Before one is refused, the chain is asked again.
   *
   * @param agent its key's address
   * @param domain what its message is about; without one a ban alone counts of what governance asks
   * @param from peer that passed its message on, when that is another one: each may ask about so many strangers
   * @throws RefusedError `AGENT_BANNED`, `STAKE_TOO_LOW` or `REPUTATION_TOO_LOW` by what governance asks, `NOT_ADMITTED` by
   *   what this agent's owner does, or `TOO_MANY_STRANGERS` when too many agents of which nothing is known send at a time
   */
  async admit(agent: Address, domain?: string, from?: PeerId): Promise<void> {
    const { standings } = this.#components
    const forwarder = from?.toString()
    if (this.#faultOf(agent, domain, await standings.of(agent, forwarder)) === undefined) return
    const fault = this.#faultOf(agent, domain, await standings.fresh(agent, forwarder))
    if (fault !== undefined) throw fault
  }

  #faultOf(agent: Address, domain: string | undefined, standing: Standing): RefusedError | undefined {
    const { own } = this.#components
    const fault = faultOf(standing, domain === undefined ? undefined : admissionOf(this.parameters, domain))
    if (fault !== undefined || own === undefined || agent === own.agent) return fault
    const admission = ownAdmissionOf(own.admissions, domain)
    return admission && ownFaultOf(standing, own.reputationOf(agent, standing), admission)
  }
}
