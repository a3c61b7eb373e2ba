import type { ChildProcess } from 'node:child_process'
import type { Limits, NetworkDescriptor } from '../agent/index.ts'
import { ConfigError } from '../protocol/errors.ts'
import type { Address, Hex } from '../protocol/types.ts'
import { childModule } from './child-module.ts'
import { hasEnded, messageFrom, startChild, stopChild } from './child-process.ts'
import type { GasStation } from './gas-money.ts'
import type {
  Books,
  FromHousehold,
  HomeConfig,
  HomeReceipts,
  SlotOrder,
  SlotRound,
  ToHousehold,
} from './messages.ts'

/** How long a process may take until it has its homes' keys, in milliseconds. */
const HELLO_TIMEOUT = 30_000
/** How long a home may take until it has joined, in milliseconds; with both cores busy it takes some seconds. */
const JOIN_TIMEOUT = 90_000
/** How long a process may take to say what its journals hold, in milliseconds. */
const BOOKS_TIMEOUT = 10_000
/** How long homes may take to sign their orders for a slot, in milliseconds. */
const ORDER_TIMEOUT = 60_000

/** A home that has joined the mesh. */
export interface Member {
  home: string
  address: Address
  agentId: bigint
  /** Multiaddrs with peer id. */
  endpoints: string[]
  /** Key of its meter, in a market of slots. */
  meter: Address | undefined
}

/** Wh of a slot that a home has not yet under an agreement that was opened on chain: surplus positive. */
export interface Position {
  home: string
  slot: number
  openWh: number
}

/** What all homes of a community have in common. */
export interface Surroundings {
  /** Folder of the homes' keys and journals, one below it per home. */
  directory: string
  /** Whether homes look for others on the local network. */
  mdns: boolean
  /** What the grid pays and asks, in minor units per kWh. */
  limits: Limits
  /** Seconds from an offer until an unsettled agreement is refunded; longer than a slot. */
  settleWithin: number
  /** Id of the market of slots that homes trade in; without it they negotiate with one another. */
  market?: Hex | undefined
}

export interface HouseholdWorkerInit {
  surroundings: Surroundings
  /** File that takes the process's output. */
  log: string
  giveGasMoney: GasStation
  onPosition: (position: Position) => void
  /** A home has joined the mesh. */
  onJoined: (home: string) => void
  onFailure: (message: string) => void
}

/** One process with some of the homes, as its supervisor sees it. */
export class HouseholdWorker {
  /** Fulfilled with the reason when the process has ended, whoever ended it. */
  readonly ended: Promise<string>
  readonly #init: HouseholdWorkerInit
  readonly #child: ChildProcess
  #books: Promise<Books[]> | undefined
  #isJoining = false

  constructor(init: HouseholdWorkerInit) {
    this.#init = init
    this.#child = startChild(childModule('./household-process', import.meta.url), init.log)
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)),
    )
    this.#child.on('message', (message: FromHousehold) => {
      if (message.type === 'position') init.onPosition(message)
      if (message.type === 'ready') init.onJoined(message.home)
      // A join that fails tells its caller.
      if (message.type === 'failed' && !this.#isJoining) init.onFailure(message.message)
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /**
   * Brings homes into the mesh: has their keys loaded, gives them gas money, waits until they have joined.
   * Call it again for further homes when it is done.
   *
   * @throws ConfigError `HOME_FAILED` with what a home said; TimeoutError `CHILD_SILENT`.
   */
  async join(homes: HomeConfig[], network: NetworkDescriptor): Promise<Member[]> {
    this.#isJoining = true
    try {
      const { surroundings, log, giveGasMoney } = this.#init
      const hello = messageFrom(this.#child, isHello, { timeout: HELLO_TIMEOUT, log })
      this.#send({ type: 'start', homes, network, ...surroundings })
      const greeting = await hello
      if (greeting.type === 'failed') throw failed(greeting, log)
      await giveGasMoney(greeting.homes.map(({ address }) => address))
      const joined = Promise.all(homes.map((home) => this.#joined(home.name)))
      this.#send({ type: 'funded' })
      return await joined
    } finally {
      this.#isJoining = false
    }
  }

  startSlot(slot: SlotOrder): void {
    this.#send({ type: 'slot', slot })
  }

  closeSlot(index: number): void {
    this.#send({ type: 'closeSlot', index })
  }

  /** What the homes' journals say. @param community addresses of all homes @throws TimeoutError `CHILD_SILENT` */
  books(community: readonly Address[]): Promise<Books[]> {
    const { log } = this.#init
    this.#books ??= (async () => {
      const answer = messageFrom(this.#child, isBooks, { timeout: BOOKS_TIMEOUT, log })
      this.#send({ type: 'books', community })
      return (await answer).books
    })().finally(() => {
      this.#books = undefined
    })
    return this.#books
  }

  /** Has the homes order for a slot. @returns how many did @throws TimeoutError `CHILD_SILENT` */
  async order(round: SlotRound): Promise<number> {
    const isOrdered = (message: unknown): message is Of<'ordered'> => {
      const answer = message as FromHousehold
      return answer.type === 'ordered' && answer.index === round.index
    }
    const answer = messageFrom(this.#child, isOrdered, { timeout: ORDER_TIMEOUT, log: this.#init.log })
    this.#send({ type: 'order', round })
    return (await answer).orders
  }

  /** What the homes know of their orders. @throws TimeoutError `CHILD_SILENT` */
  async receipts(): Promise<HomeReceipts[]> {
    const { log } = this.#init
    const answer = messageFrom(this.#child, isReceipts, { timeout: BOOKS_TIMEOUT, log })
    this.#send({ type: 'receipts' })
    return (await answer).receipts
  }

  /** Has the homes leave the mesh and ends the process; kills it when that takes too long. */
  async stop(): Promise<void> {
    if (!hasEnded(this.#child)) this.#send({ type: 'stop' })
    await stopChild(this.#child)
  }

  async #joined(home: string): Promise<Member> {
    const { log } = this.#init
    const isOutcome = (message: unknown): message is Outcome => isOutcomeOf(home, message as FromHousehold)
    const outcome = await messageFrom(this.#child, isOutcome, { timeout: JOIN_TIMEOUT, log })
    if (outcome.type === 'failed') throw failed(outcome, log)
    return outcome
  }

  #send(message: ToHousehold): void {
    // The callback takes the error of a channel that closes just now; `ended` tells of it.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }
}

type Of<T extends FromHousehold['type']> = Extract<FromHousehold, { type: T }>
type Outcome = Of<'ready'> | Of<'failed'>

function isHello(message: unknown): message is Of<'hello'> | Of<'failed'> {
  const { type } = message as FromHousehold
  return type === 'hello' || type === 'failed'
}

function isBooks(message: unknown): message is Of<'books'> {
  return (message as FromHousehold).type === 'books'
}

function isReceipts(message: unknown): message is Of<'receipts'> {
  return (message as FromHousehold).type === 'receipts'
}

function isOutcomeOf(home: string, message: FromHousehold): boolean {
  if (message.type === 'ready') return message.home === home
  return message.type === 'failed' && (message.home ?? home) === home
}

function failed({ home, message }: Of<'failed'>, log: string): ConfigError {
  return new ConfigError('HOME_FAILED', 'A home could not join the market.', {
    field: home ?? 'household process',
    received: message,
    remedy: `See ${log}`,
  })
}
