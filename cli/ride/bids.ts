import type { Address, MeshNetwork, RideProgress, RideRequest } from '../../agent/index.ts'
import type { ApiClient, Json } from '../api/client.ts'
import { counted, money } from '../format.ts'

/** How often the bids are told, at most, in milliseconds: drivers underbid one another by small steps. */
const INTERVAL = 1_000
/** After so many of them without a bid it is told that none has come: drivers who are there bid within seconds. */
const SILENT = 8

/**
 * Tells who leads, at which fare, and what is known of it, while an auction goes on; once, that nobody bids.
 *
 * @param known what is known of a driver
 * @param advice for whom nobody answers
 * @returns what ends it
 */
export function tellBids(
  request: RideRequest,
  known: (driver: Address) => Promise<string>,
  say: (text: string) => void,
  advice: string,
): Disposable {
  let told: RideProgress | undefined
  let silence = 0
  async function tell(): Promise<void> {
    const { progress } = request
    if (progress === told || progress.round === 0) return
    told = progress
    say(await describe(progress, known))
  }
  /** What was bid once was heard of: whoever is left without a bid later knows that there are drivers. */
  function listen(): void {
    if (request.progress.bidders > 0) silence = Number.NEGATIVE_INFINITY
    silence += 1
    if (silence === SILENT) say(`No driver answers yet. ${advice}`)
    void tell()
  }
  const timer = setInterval(listen, INTERVAL)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function describe(
  { round, fare, bidders, leader }: RideProgress,
  known: (driver: Address) => Promise<string>,
): Promise<string> {
  const auction = round === 1 ? '' : `auction ${round}: `
  if (leader === undefined) {
    return bidders === 0
      ? `${auction}asking for bids below ${money(fare)}`
      : `${auction}bids again from ${money(fare)}`
  }
  const { driver, wait } = leader
  return (
    `${auction}${money(fare)}, at the pick-up in ${minutes(wait)}: ${driver} (${await known(driver)}), ` +
    `the best of ${counted(bidders, 'driver')}`
  )
}

/** Seconds in words. */
export function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/** What is known of drivers: what the mesh and the chain make expect of them, and what they have at stake. */
export function reputations(network: MeshNetwork, api: ApiClient): (driver: Address) => Promise<string> {
  const answers = new Map<Address, Promise<string>>()
  async function ask(driver: Address): Promise<string> {
    const [reputation, agents] = await Promise.allSettled([
      network.reputationOf(driver),
      api.get('/v1/agents', { wallet: driver, limit: 1 }),
    ])
    const parts = [
      reputation.status === 'fulfilled' ? `reputation ${reputation.value.toFixed(2)}` : 'reputation unknown',
      agents.status === 'fulfilled' ? `stake ${money(stakeOf(agents.value.data))}` : 'stake unknown',
    ]
    return parts.join(', ')
  }
  return (driver) => {
    const answer = answers.get(driver) ?? ask(driver)
    answers.set(driver, answer)
    return answer
  }
}

function stakeOf([agent]: Json[]): bigint {
  return ((agent?.stakes ?? []) as Json[]).reduce((sum: bigint, { free }) => sum + BigInt(free), 0n)
}
