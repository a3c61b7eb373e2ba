import type { IntentView } from '../../api/views.ts'
import { ENERGY_LOT } from '../../format/traded.ts'

/** Most slots that one can choose from. */
const CHOICES = 8
/** Longest delivery that is taken for a slot, in seconds. */
const LONGEST = 86_400n

type Said = Pick<IntentView, 'agent' | 'lot' | 'start' | 'end'>

/** A slot in which energy is traded at present. */
export interface OpenSlot {
  /** Unix seconds. */
  start: string
  end: string
  /** How many registered agents wish to trade in it, and how many in all: keys cost nothing, being registered does. */
  registered: number
  all: number
}

/**
 * The slots that agents wish to trade in, the one that most of them are in first, and the later one of two that are alike: a stranger
 * can name any seconds, and stands behind everybody else with them.
 *
 * @param isRegistered whether an account speaks for an agent of the registry
 * @returns at most eight
 * @example openSlots(intents, (account) => byWallet.value.has(account.toLowerCase()))
 */
export function openSlots(intents: readonly Said[], isRegistered: (account: string) => boolean): OpenSlot[] {
  const bySlot = Map.groupBy(intents.filter(isSlot), ({ start, end }) => `${start}-${end}`)
  return [...bySlot.values()]
    .flatMap((own) => {
      const [first] = own
      if (first === undefined) return []
      const accounts = [...new Set(own.map(({ agent }) => agent.toLowerCase()))]
      const registered = accounts.filter(isRegistered).length
      return [{ start: first.start, end: first.end, registered, all: accounts.length }]
    })
    .sort((a, b) => b.registered - a.registered || b.all - a.all || Number(BigInt(b.start) - BigInt(a.start)))
    .slice(0, CHOICES)
}

function isSlot({ lot, start, end }: Said): boolean {
  const length = BigInt(end) - BigInt(start)
  return lot === ENERGY_LOT && length > 0n && length <= LONGEST
}
