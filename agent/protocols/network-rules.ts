import type { RefusedError } from '../../protocol/errors.ts'
import {
  admissionOf,
  type NetworkParameters,
  type ProtocolId,
  type Standing,
} from '../../protocol/network-parameters.ts'
import type { Address } from '../../protocol/types.ts'
import { NOBODY } from '../chain/actions/standing.ts'
import type { Directory } from '../chain/directory.ts'
import type { Standings } from '../chain/standings.ts'
import { quotaOfIntents } from '../network/names.ts'
import { checkEscrow, checkProtocol, faultOf } from '../policy/admission.ts'

export interface NetworkRulesComponents {
  directory: Pick<Directory, 'start' | 'stop' | 'parameters' | 'follow'>
  standings: Pick<Standings, 'stop' | 'known' | 'of' | 'recent' | 'fresh'>
  /** Address of the escrow that this agent's agreements are opened in. */
  escrow: Address
  /** Unix seconds. */
  now: () => bigint
}

/** The network's rules as every protocol obeys them. */
export class NetworkRules {
  readonly #components: NetworkRulesComponents

  constructor(components: NetworkRulesComponents) {
    this.#components = components
  }

  /** Reads the parameters, and keeps them fresh. @throws ChainError `DIRECTORY_UNREADABLE` */
  async start(): Promise<void> {
    await this.#components.directory.start()
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

  /** What stands behind an agent's key. @throws RefusedError `TOO_MANY_STRANGERS` */
  standingOf(agent: Address): Promise<Standing> {
    return this.#components.standings.of(agent)
  }

  /** Why an agent may not be connected, as the chain said within three intervals; undefined when it may. */
  async banOf(agent: Address): Promise<RefusedError | undefined> {
    return faultOf(await this.#components.standings.recent(agent), undefined)
  }

  /**
   * Checks that an agent's messages are carried. Before one is refused, the chain is asked again.
   *
   * @param agent its key's address
   * @param domain what its message is about; without one a ban alone counts
   * @throws RefusedError `AGENT_BANNED`, `STAKE_TOO_LOW`, `REPUTATION_TOO_LOW`, or `TOO_MANY_STRANGERS` when too many
   *   agents of which nothing is known send at a time
   */
  async admit(agent: Address, domain?: string): Promise<void> {
    const { standings } = this.#components
    const admission = domain === undefined ? undefined : admissionOf(this.parameters, domain)
    if (faultOf(await standings.of(agent), admission) === undefined) return
    const fault = faultOf(await standings.fresh(agent), admission)
    if (fault !== undefined) throw fault
  }
}
