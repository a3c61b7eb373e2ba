import { AGENTS, AREAS, addressOf } from './fill.ts'

/** A filter of a list, with values that match much, little and nothing. */
type Values = Record<string, readonly string[]>

/** Agent 0 buys one in twenty of all agreements, agent 1 sells one in ten; the first thousand have half of them. */
const parties = [
  addressOf(0),
  addressOf(1),
  addressOf(7),
  addressOf(4_321),
  addressOf(AGENTS - 1),
  addressOf(AGENTS + 7),
]
const statuses = ['open', 'delivered', 'disputed', 'settled', 'refunded', 'cancelled', 'resolved', 'revoked']

const filters: Record<string, Values> = {
  '/v1/agents': {
    ...{ owner: parties, wallet: parties },
    capability: ['energy.supply', 'ride.drive', 'data.query'],
    area: AREAS.slice(0, 2),
    minReputation: ['0', '0.5', '0.999', '1'],
    text: ['home', 'roof', 'home 4321', 'nothing'],
  },
  '/v1/intents': {
    side: ['buy', 'sell'],
    agent: parties,
    capability: ['energy.supply', 'ride.drive', 'data.query'],
    area: AREAS.slice(0, 3),
  },
  '/v1/agreements': { buyer: parties, seller: parties, agent: parties, status: statuses },
  '/v1/trades': { buyer: parties, seller: parties, agent: parties },
}

/** Every combination of filters of every list: route and names of the filters. */
export function combinations(): { path: string; names: string[] }[] {
  return Object.entries(filters).flatMap(([path, values]) => {
    const names = Object.keys(values)
    return Array.from({ length: 2 ** names.length }, (_, bits) => ({
      path,
      names: names.filter((_name, index) => bits & (1 << index)),
    }))
  })
}

/** The `count`-th request of a combination; values take turns, so that all of them meet. */
export function requestOf({ path, names }: { path: string; names: string[] }, count: number): string {
  let rest = count
  const query = names.map((name) => {
    const values = filters[path]?.[name] ?? []
    const value = values[rest % values.length]
    rest = Math.floor(rest / values.length)
    return `${name}=${value}`
  })
  return `${path}?${query.join('&').replaceAll(' ', '%20')}`
}
