/**
 * Some of a community's homes in a process of their own, under the orders of a supervisor; see `messages.ts`.
 * It ends when the supervisor does.
 */
import type { Hex } from '../agent/index.ts'
import { messageOf } from '../protocol/errors.ts'
import { Household, type HouseholdInit } from './household.ts'
import type { FromHousehold, SlotRound, ToHousehold } from './messages.ts'
import { SlotHousehold } from './slot-household.ts'

/** How long the homes may take to leave the mesh when the supervisor is gone, in milliseconds. */
const LEAVE_TIMEOUT = 2_000

const households = new Map<string, Household>()
const slotHouseholds = new Map<string, SlotHousehold>()
/** Homes of the last `start`, which wait for their gas money. */
let waiting: (Household | SlotHousehold)[] = []
let leaving: Promise<void> | undefined

function send(message: FromHousehold): void {
  // Without a channel there is nobody to tell: 'disconnect' ends the process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

async function handle(message: ToHousehold): Promise<void> {
  switch (message.type) {
    case 'start': {
      const { homes, market, ...surroundings } = message
      waiting = homes.map((home) => {
        const onError = (error: unknown) => console.error(new Date().toISOString(), home.name, error)
        return householdOf({ home, ...surroundings, onError }, market)
      })
      const keys = await Promise.all(waiting.map((household) => household.load()))
      const names = waiting.map(({ name }) => name)
      return send({
        type: 'hello',
        homes: keys.map(({ address }, index) => ({ name: names[index] ?? '', address })),
      })
    }
    case 'funded':
      await Promise.all(waiting.splice(0).map(join))
      return
    case 'slot': {
      const { readings, ...slot } = message.slot
      for (const { home, loadWh, pvWh } of readings) {
        households.get(home)?.startSlot({ ...slot, loadWh, pvWh })
      }
      return
    }
    case 'closeSlot':
      for (const household of households.values()) household.closeSlot(message.index)
      return
    case 'books':
      return send({
        type: 'books',
        books: [...households.values()].map((household) => household.books(message.community)),
      })
    case 'order':
      return send({ type: 'ordered', index: message.round.index, orders: await order(message.round) })
    case 'receipts':
      return send({
        type: 'receipts',
        receipts: [...slotHouseholds].map(([home, household]) => ({ home, receipts: household.receipts() })),
      })
    case 'stop':
      return leave()
  }
}

function householdOf(init: HouseholdInit, market: Hex | undefined): Household | SlotHousehold {
  const { slots: trading } = init.home
  if (market === undefined || trading === undefined) return new Household(init)
  return new SlotHousehold({ ...init, market, trading })
}

/** Has the homes order. What one cannot order is told, and keeps no other from it. @returns how many did */
async function order(round: SlotRound): Promise<number> {
  const orders = round.readings.map(async (reading) => {
    const { home } = reading
    try {
      return (await slotHouseholds.get(home)?.order(round, reading)) ?? false
    } catch (error) {
      console.error(home, error)
      send({ type: 'failed', home, message: messageOf(error) })
      return false
    }
  })
  return (await Promise.all(orders)).filter(Boolean).length
}

async function join(household: Household | SlotHousehold): Promise<void> {
  const { name: home } = household
  try {
    if (household instanceof Household) {
      household.onPosition((slot, openWh) => send({ type: 'position', home, slot, openWh }))
    }
    await household.start()
    if (household instanceof Household) households.set(home, household)
    else slotHouseholds.set(home, household)
    const { address, agentId, endpoints } = household
    const meter = household instanceof SlotHousehold ? household.meter : undefined
    send({ type: 'ready', home, address, agentId, endpoints, meter })
  } catch (error) {
    console.error(home, error)
    send({ type: 'failed', home, message: messageOf(error) })
  }
}

/** Leaves the mesh and ends the process; deals that have not ended are in the journals. */
function leave(): Promise<void> {
  leaving ??= (async () => {
    setTimeout(() => process.exit(1), LEAVE_TIMEOUT).unref()
    const all = [...households.values(), ...slotHouseholds.values()]
    const results = await Promise.allSettled(all.map((household) => household.stop()))
    for (const result of results) if (result.status === 'rejected') console.error(result.reason)
    process.exit()
  })()
  return leaving
}

// The supervisor answers Ctrl-C, which a terminal sends to every process.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void leave())
process.on('disconnect', () => void leave())
process.on('message', (message: ToHousehold) => {
  if (leaving !== undefined) return
  handle(message).catch((error: unknown) => {
    console.error(error)
    send({ type: 'failed', home: undefined, message: messageOf(error) })
  })
})
