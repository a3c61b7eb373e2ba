import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { NetworkDescriptor } from '../agent/index.ts'
import type { GasStation } from './gas-money.ts'
import { HouseholdWorker, type Member, type Position, type Surroundings } from './household-worker.ts'
import type { Books, HomeConfig, HomeReceipts, Reading, SlotOrder, SlotRound } from './messages.ts'
import { Restarts } from './restarts.ts'

/** Homes that join first and that the others bootstrap from, each in a process of its own. */
const BOOTSTRAPS = 3
/** Most attempts to have homes join when the market starts; a busy machine may miss the first. */
const MOST_ATTEMPTS = 3

export interface SupervisorInit {
  homes: HomeConfig[]
  /** The market to join, without bootstrap peers of its own homes. */
  network: NetworkDescriptor
  surroundings: Surroundings
  /** Folder of the processes' log files. */
  logs: string
  /** Number of processes among which the homes are spread evenly. */
  processes: number
  giveGasMoney: GasStation
}

/** Homes that share a process. */
interface Group {
  name: string
  homes: HomeConfig[]
  worker: HouseholdWorker | undefined
  /** How many of the homes have joined for the first time. */
  joined: number
  restarts: Restarts
}

/**
 * Runs a community's homes in several processes, and starts a process again that ended unexpectedly: its homes
 * recover their journals and trade on. One that ends more than five times in a minute is given up.
 */
export class Supervisor {
  /**
   * `position`: a home's open energy changed. `joined`: one more home has joined for the first time, so many by now. `notice`:
   * something people should know.
   */
  readonly events = new EventEmitter<{
    position: [Position]
    joined: [count: number]
    notice: [string]
  }>().setMaxListeners(0)
  readonly #init: SupervisorInit
  readonly #groups: Group[]
  readonly #workers = new Set<HouseholdWorker>()
  readonly #members = new Map<string, Member>()
  /** Homes that have joined at least once; some of them may be members only a moment later. */
  readonly #arrived = new Set<string>()
  /** The latest slot, and whether it is over. */
  #slot: { order: SlotOrder; isOver: boolean } | undefined
  #stopping = false

  constructor(init: SupervisorInit) {
    this.#init = init
    this.#groups = spread(init.homes, init.processes).map((homes, index) => ({
      name: `homes-${index + 1}`,
      homes: homes.map((home, place) => ({ ...home, isBootstrap: index < BOOTSTRAPS && place === 0 })),
      worker: undefined,
      joined: 0,
      restarts: new Restarts(),
    }))
  }

  /** The homes that have joined, by name. */
  get members(): ReadonlyMap<string, Member> {
    return this.#members
  }

  /** Process ids of the homes' processes that run. */
  get pids(): number[] {
    return [...this.#workers].flatMap(({ pid }) => pid ?? [])
  }

  /** The market with bootstrap peers: up to three homes in different processes, all of which run. */
  get network(): NetworkDescriptor {
    const groups = this.#groups.filter(({ worker, joined }) => worker !== undefined && joined > 0)
    const homes = groups.slice(0, BOOTSTRAPS).map((group) => this.#members.get(group.homes[0]?.name ?? ''))
    return { ...this.#init.network, bootstrapPeers: homes.flatMap((home) => home?.endpoints ?? []) }
  }

  /**
   * Starts the processes and has the homes join that the others, and the gateway, bootstrap from.
   *
   * @throws ConfigError `HOME_FAILED`, TimeoutError `CHILD_SILENT`, or what the gas station throws. Call `stop` then.
   */
  async bootstrap(): Promise<void> {
    const [first, ...others] = this.#groups
    if (first === undefined) return
    // Loading its modules takes a process a second: all of them start now.
    for (const group of this.#groups) group.worker = this.#spawn(group)
    await this.#join(first, 1)
    await Promise.all(others.slice(0, BOOTSTRAPS - 1).map((group) => this.#join(group, 1)))
  }

  /** Has all further homes join. @throws as `bootstrap` */
  async joinOthers(): Promise<void> {
    await Promise.all(this.#groups.map((group) => this.#join(group, group.homes.length)))
    for (const group of this.#groups) if (group.worker !== undefined) this.#watch(group, group.worker)
  }

  /** Begins a delivery slot; every home hears what it measures in it. */
  startSlot(slot: SlotOrder): void {
    this.#slot = { order: slot, isOver: false }
    for (const group of this.#groups) group.worker?.startSlot(orderFor(group, slot))
  }

  /** Ends a slot: homes deliver what they agreed. */
  closeSlot(index: number): void {
    if (this.#slot?.order.index === index) this.#slot.isOver = true
    for (const { worker } of this.#groups) worker?.closeSlot(index)
  }

  /** What the journals of the homes say whose processes run. */
  async books(): Promise<Books[]> {
    const community = [...this.#members.values()].map(({ address }) => address)
    const books = await Promise.all(
      this.#groups.map(({ worker }) => worker?.books(community).catch(() => [])),
    )
    return books.flatMap((some) => some ?? [])
  }

  /** Has every home order for a slot of the market. @returns how many did @throws TimeoutError `CHILD_SILENT` */
  async order(round: SlotRound): Promise<number> {
    const counts = await Promise.all(this.#groups.map((group) => group.worker?.order(orderFor(group, round))))
    return counts.reduce<number>((all, count) => all + (count ?? 0), 0)
  }

  /** What the homes know of their orders whose processes run. */
  async receipts(): Promise<HomeReceipts[]> {
    const receipts = await Promise.all(this.#groups.map(({ worker }) => worker?.receipts().catch(() => [])))
    return receipts.flatMap((some) => some ?? [])
  }

  /** Has every home leave the mesh and ends the processes. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all([...this.#workers].map((worker) => worker.stop()))
  }

  /** Has the first `count` homes of a group join. A process that fails to is replaced by a new one. */
  async #join(group: Group, count: number): Promise<void> {
    for (let attempt = 1; group.joined < count; attempt++) {
      group.worker ??= this.#spawn(group)
      try {
        const homes = group.homes.slice(group.joined, count)
        this.#admit(await group.worker.join(homes, this.network))
        group.joined = count
      } catch (error) {
        if (this.#stopping || attempt === MOST_ATTEMPTS) throw error
        this.events.emit('notice', `${group.name}: ${(error as Error).message}\nTrying again.`)
        await group.worker.stop()
        group.worker = undefined
        group.joined = 0
      }
    }
  }

  #arrive(home: string): void {
    if (this.#arrived.has(home)) return
    this.#arrived.add(home)
    this.events.emit('joined', this.#arrived.size)
  }

  #admit(members: readonly Member[]): void {
    for (const member of members) this.#members.set(member.home, member)
  }

  #spawn(group: Group): HouseholdWorker {
    const { surroundings, logs, giveGasMoney } = this.#init
    const worker = new HouseholdWorker({
      surroundings,
      log: join(logs, `${group.name}.log`),
      giveGasMoney,
      onPosition: (position) => this.events.emit('position', position),
      onJoined: (home) => this.#arrive(home),
      onFailure: (message) => this.events.emit('notice', `${group.name}: ${message}`),
    })
    this.#workers.add(worker)
    void worker.ended.then(() => this.#workers.delete(worker))
    return worker
  }

  /** Has a process started again when it ends. One that ends before its homes have joined fails that join. */
  #watch(group: Group, worker: HouseholdWorker): void {
    void worker.ended.then((reason) => {
      if (this.#stopping) return
      group.worker = undefined
      const names = group.homes.map(({ name }) => name).join(', ')
      this.events.emit('notice', `The process of ${names} ended (${reason}).`)
      void this.#revive(group)
    })
  }

  async #revive(group: Group): Promise<void> {
    while (!this.#stopping) {
      if (!group.restarts.allow(performance.now())) {
        this.events.emit('notice', `${group.name} ended too often within a minute: it stays away.`)
        return
      }
      const worker = this.#spawn(group)
      try {
        this.#admit(await worker.join(group.homes, this.network))
        group.worker = worker
        this.#catchUp(group, worker)
        this.#watch(group, worker)
        this.events.emit('notice', `${group.name} is back.`)
        return
      } catch (error) {
        if (!this.#stopping) this.events.emit('notice', `${group.name}: ${(error as Error).message}`)
        await worker.stop()
      }
    }
  }

  /** Tells a process that came back of the latest slot, so that it delivers what it sold in the ones before. */
  #catchUp(group: Group, worker: HouseholdWorker): void {
    if (this.#slot === undefined) return
    const { order, isOver } = this.#slot
    worker.startSlot(orderFor(group, order))
    if (isOver) worker.closeSlot(order.index)
  }
}

/** Spreads homes evenly: sizes differ by one at most, the order stays. */
function spread(homes: HomeConfig[], processes: number): HomeConfig[][] {
  const count = Math.min(processes, homes.length)
  const cut = (index: number) => Math.round((index * homes.length) / count)
  return Array.from({ length: count }, (_, index) => homes.slice(cut(index), cut(index + 1)))
}

/** What concerns the homes of a group. */
function orderFor<T extends { readings: Reading[] }>({ homes }: Group, slot: T): T {
  const names = new Set(homes.map(({ name }) => name))
  return { ...slot, readings: slot.readings.filter(({ home }) => names.has(home)) }
}
