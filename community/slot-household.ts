import { join } from 'node:path'
import {
  type Address,
  type Hex,
  type PlannedSlot,
  type SlotMarket,
  type SlotReceipt,
  World,
} from '../agent/index.ts'
import { parseDeployment } from '../protocol/deployment.ts'
import { Home, type HomeInit } from './home.ts'
import type { Reading, SlotRound, SlotTrading } from './messages.ts'
import { SlotMeter } from './meters/slot-meter.ts'
import { slotStrategy } from './slot-strategy.ts'

/** Test dollars that a home prefunds its orders with, in minor units. */
const BALANCE = 100_000_000n

export interface SlotHouseholdInit extends HomeInit {
  /** Id of the market. */
  market: Hex
  trading: SlotTrading
}

/**
 * One home in a market of slots: its agent orders what the home lacks or has left, relays what others order, clears and
 * settles in its turn, and its meter answers after each slot.
 */
export class SlotHousehold extends Home {
  readonly #init: SlotHouseholdInit
  #market: SlotMarket | undefined
  #meter: SlotMeter | undefined
  #world: World | undefined
  #planned: PlannedSlot[] | undefined

  constructor(init: SlotHouseholdInit) {
    super(init)
    this.#init = init
  }

  /** Address of its meter's key; undefined before `start`. */
  get meter(): Address | undefined {
    return this.#meter?.address
  }

  /** Joins mesh and market, in which it relays, and puts its balance in place. */
  async start(): Promise<void> {
    const { market, network, trading } = this.#init
    const { place, tariff } = trading
    const strategy = await slotStrategy(trading.strategy, trading.seed)
    // A world of one: the strategy knows the home by its place among all.
    const label = `${this.name} (${trading.strategy})`
    this.#world = new World([{ label, strategy: (view) => strategy({ ...view, home: place }), tariff }])
    const keyFile = join(this.folder, 'meter-key')
    const meter = await SlotMeter.open(keyFile, parseDeployment(network.deployment))
    this.#meter = meter
    await this.network.connect()
    await this.enroll({ stake: 0n, balance: BALANCE })
    this.#market = await this.network.slots(market, { relay: true, meter: meter.read })
  }

  /**
   * Orders for a slot what the home's strategy plans.
   *
   * @returns whether there was anything to order
   * @throws what the market refuses the order with; MeshError `PLAN_INVALID` when the strategy plans what the home cannot do, `STRATEGY_FAILED` when it throws
   */
  async order(round: SlotRound, { loadWh, pvWh, expected }: Reading): Promise<boolean> {
    const [market, world, meter] = [this.#market, this.#world, this.#meter]
    if (market === undefined || world === undefined || meter === undefined) return false
    if (this.#planned !== undefined) world.end(this.#planned, [0], round.lastPrice)
    const { index, slot, horizon = 1, ...interval } = round
    const forecast = expected && { homes: [expected], horizon }
    this.#planned = world.plan({ ...interval, readings: [{ loadWh, pvWh }], forecast }, index)
    meter.measure(slot, { loadWh, pvWh })
    const order = this.#planned[0]?.plan.order
    if (order !== undefined) await market.order({ slot, ...order })
    return order !== undefined
  }

  /** What became of its orders. */
  receipts(): SlotReceipt[] {
    return this.#market?.receipts() ?? []
  }
}
