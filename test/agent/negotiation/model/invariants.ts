import type { Hex } from '../../../../protocol/types.ts'
import { ROLES, recordOf, type World } from './world.ts'

/** What is wrong with a world, whatever comes after it; undefined when nothing is. */
export function faultOf(world: World): string | undefined {
  const open = openIn(world)
  if (open.length > 1) return `both sides are bound twice: ${open.join(' and ')}`
  for (const role of ROLES) {
    const { conversation } = world[role]
    if (conversation?.phase.type !== 'ended') continue
    const { outcome } = conversation.phase
    if (outcome.type === 'declined' && open.length > 0) {
      return `the ${role} was told that nothing came of it, and is bound by ${open[0]}`
    }
    if (outcome.type === 'agreed' && open.some((id) => id !== outcome.id)) {
      return `the ${role} was told of another agreement than ${open[0]}`
    }
  }
  return concessionFaultOf(world)
}

/** What is wrong with a world in which nothing more has to happen. */
export function finalFaultOf(world: World): string | undefined {
  for (const role of ROLES) {
    const { conversation, journal } = world[role]
    if (conversation !== undefined && conversation.phase.type !== 'ended') {
      return `the ${role} is stuck, ${conversation.phase.type}`
    }
    for (const { id } of world.offers) {
      const expected = recordOf(world, id) === 'open' ? 'opened' : 'void'
      const state = journal[id]
      if (state === undefined && expected === 'void') continue
      if (state !== expected)
        return `the ${role} has ${id} as ${state}, and the chain as ${recordOf(world, id)}`
    }
  }
  return undefined
}

/** Prices move towards one another, never past one another. */
function concessionFaultOf({ offers }: World): string | undefined {
  const prices = (maker: 'buyer' | 'seller') =>
    offers.filter((offer) => offer.maker === maker).map(({ price }) => price)
  const [bids, asks] = [prices('buyer'), prices('seller')]
  if (bids.some((bid, index) => bid < (bids[index - 1] ?? bid))) return 'the buyer has gone back on a bid'
  if (asks.some((ask, index) => ask > (asks[index - 1] ?? ask))) return 'the seller has gone back on an ask'
  if (bids.some((bid) => asks.some((ask) => bid > ask))) return 'prices have passed one another'
  return undefined
}

function openIn({ chain }: World): Hex[] {
  return (Object.keys(chain) as Hex[]).filter((id) => chain[id] === 'open')
}
