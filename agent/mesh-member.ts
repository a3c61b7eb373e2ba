import type { PeerId } from '@libp2p/interface'
import { displayAddressOf } from '../protocol/addresses.ts'
import { checkOwnCapabilities } from '../protocol/capability.ts'
import { checkInput } from '../protocol/input.ts'
import type { NetworkParameters } from '../protocol/network-parameters.ts'
import type { Address } from '../protocol/types.ts'
import type { Account } from './account.ts'
import { type Activity, activityOf } from './activity.ts'
import { assemble, type Parts } from './assemble.ts'
import { chainRequired } from './chain/without-chain.ts'
import { Handlers } from './handlers.ts'
import { directoryOf, domainsOf, type MeshNetworkInit, meshNetworkInitSchema } from './init.ts'
import { checkArguments } from './inputs.ts'
import { type Abortable, Lifecycle, notConnected } from './lifecycle.ts'
import { checkMembership } from './membership.ts'
import { type Identity, identityFromKey } from './network/identity.ts'
import { connectionsOf, type PeerConnection } from './network/streams.ts'
import { checkRuntime } from './platform/runtime.ts'
import { loadKey } from './policy/key-file.ts'
import { type Totals, totalsOf } from './policy/totals.ts'
import type { ReceivedCapability } from './protocols/agent-discovery/index.ts'
import type { Content } from './protocols/content/index.ts'
import { start, stop } from './running.ts'
import type { Trade } from './trade.ts'

/** Who an agent is, and whether it is in the mesh; what it does there is `MeshNetwork`. */
export abstract class MeshMember {
  readonly #init: MeshNetworkInit
  #identity: Identity | undefined
  /** Whether its owner knows that nobody can answer it. */
  #isTold = false
  protected readonly lifecycle = new Lifecycle()
  protected readonly handlers: Handlers
  /** Undefined while it is not connected. */
  protected parts: Parts | undefined

  /**
   * @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` when an option is of the wrong type, or there is none such;
   *   `CAPABILITY_INVALID`, `ATTRIBUTE_INVALID`, `AREA_INVALID` or `MULTIADDR_INVALID` when it is out of its bounds;
   *   `RUNTIME_TOO_OLD` below Node 24.12
   */
  constructor(init: MeshNetworkInit) {
    checkRuntime()
    checkInput('new MeshNetwork', meshNetworkInitSchema, init)
    checkMembership(init)
    checkOwnCapabilities(init.capabilities ?? [])
    this.#init = init
    this.handlers = new Handlers(init.capabilities ?? [])
  }

  /** EVM address of this agent. @throws ConfigError before `load` or `connect` */
  get address(): Address {
    if (this.#identity === undefined) throw notConnected()
    return this.#identity.address
  }

  /** 128 bits of this agent's key, for people to compare; see `displayAddressOf`. @throws ConfigError as `address` */
  get displayAddress(): string {
    return displayAddressOf(this.address)
  }

  /** libp2p peer id of this agent, from the same key as its address. */
  get peerId(): PeerId {
    return this.connected.node.peerId
  }

  /** Multiaddrs with peer id, for others' bootstrap lists. */
  get endpoints(): string[] {
    return this.connected.node.getMultiaddrs().map(String)
  }

  /** To whom this agent is connected at present, and how. */
  get connections(): PeerConnection[] {
    return connectionsOf(this.connected.node)
  }

  /** What this agent has to do with others at present, in figures. */
  get activity(): Activity {
    return activityOf(this.connected)
  }

  /** What governance decided for all nodes, as the chain said it last; see `governanceInterval`. */
  get parameters(): NetworkParameters {
    return this.connected.rules.parameters
  }

  /**
   * Loads the key, or makes one, without joining yet: an address to be funded first. It is the file `key` of the agent's
   * `directory`: 64 hexadecimal digits, for its owner alone.
   *
   * @throws ConfigError when the key file cannot be read
   */
  async load(): Promise<Identity> {
    const directory = directoryOf(this.#init)
    this.#identity ??= identityFromKey(
      directory === undefined
        ? crypto.getRandomValues(new Uint8Array(32))
        : await loadKey(`${directory}/key`),
    )
    return this.#identity
  }

  /**
   * Loads the key, recovers the journal, joins the mesh and goes on with every deal that has not ended. Where that fails,
   * nothing of it stays, and it can be tried again.
   *
   * @throws ChainError when the chain is another one, has no directory or does not answer; ConfigError when key or
   *   journal cannot be read, another process uses the directory (`DIRECTORY_IN_USE`), a package is missing, an option is
   *   out of its bounds, or the agent is connected already (`ALREADY_CONNECTED`); TimeoutError `NO_PEERS` with the reason for
   *   each bootstrap peer when none can be reached, at once where all of them are others, or elsewhere; RefusedError `DISCONNECTED` when `disconnect` came before it was done; what `signal` was aborted with
   */
  async connect(options: Abortable = {}): Promise<void> {
    checkArguments('connect', { options })
    return this.lifecycle.enter((signal) => this.#join(signal), options)
  }

  /**
   * Leaves the mesh. What waits meanwhile rejects with RefusedError `DISCONNECTED`; deals that have not ended go on at the
   * next `connect` with the same directory.
   */
  disconnect(): Promise<void> {
    return this.lifecycle.exit(() => this.#leave())
  }

  /** Leaves the mesh at the end of a block: `await using agent = new MeshNetwork(...)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect()
  }

  async #join(signal: AbortSignal): Promise<void> {
    const parts = await assemble(this.#init, await this.load(), signal)
    this.parts = parts
    try {
      this.handlers.applyTo(parts)
      await start(parts, domainsOf(this.#init), signal)
    } catch (error) {
      // What went wrong first is what there is to be told.
      await this.#leave().catch((reason: unknown) => this.onError(reason))
      throw error
    }
  }

  async #leave(): Promise<void> {
    const parts = this.parts
    this.parts = undefined
    if (parts !== undefined) await stop(parts)
  }

  /** All parts. @throws ConfigError `NOT_CONNECTED` */
  protected get connected(): Parts {
    if (this.parts === undefined) throw notConnected()
    return this.parts
  }

  /** What trades. @throws ConfigError `NOT_CONNECTED` or `CHAIN_REQUIRED` */
  protected get trade(): Trade {
    const { trade } = this.connected
    if (trade === undefined) throw chainRequired('An agent without a chain finds others, and trades nothing.')
    return trade
  }

  /** This agent's standing on chain. @throws ConfigError `CHAIN_REQUIRED` */
  get account(): Account {
    return this.trade.account
  }

  /**
   * Content by its digest, such as models and updates: what this agent holds, and fetches from others; see `Content`, and
   * docs/protocol/content.md.
   *
   * @throws ConfigError `NOT_CONNECTED`
   */
  get content(): Content {
    return this.connected.content
  }

  /** The newest record of an agent that this one has heard of, undefined when it has heard of none that holds. */
  recordOf(agent: Address): ReceivedCapability | undefined {
    checkArguments('recordOf', { agent })
    return this.connected.agents.recordOf(agent)
  }

  /** The newest records that this agent has heard of and that hold, its own too, in no order. */
  records(): ReceivedCapability[] {
    return this.connected.agents.records()
  }

  /** What this agent's deals came to. */
  totals(): Totals {
    return totalsOf(this.connected.deals.all())
  }

  /** Says once that offers cannot come: an agent without a chain hears and is heard, and that is all. */
  protected tellUnanswerable(): void {
    if (this.#isTold || this.parts === undefined || this.parts.trade !== undefined) return
    this.#isTold = true
    this.onError(chainRequired('Nobody can answer the intents of an agent without a chain.'))
  }

  /** Tells the owner of a fault that was dealt with. */
  protected readonly onError = (error: unknown): void => this.#init.onError?.(error)
}
