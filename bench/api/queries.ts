import { createHash } from 'node:crypto'
import { AGENTS, AREAS, addressOf, network } from './fill.ts'

/** Filters of a list, each with values that match much, little and nothing. What the path names in braces is always there. */
type Values = Record<string, readonly string[]>

/** 32 bytes, as the database was filled with them. */
function hashOf(text: string): string {
  const md5 = (of: string) => createHash('md5').update(of).digest('hex')
  return `0x${md5(text)}${md5(`x${text}`)}`
}

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

const markets = ['m0', 'm1', 'm19', 'm99'].map(hashOf)
const numbers = ['1', '7', '4321', '99999', '100007']
const instants = ['1700000000', '1799000000', '1799999000', '1900000000']
const arbitrable = [network.deployment.contracts.treasury]

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
  '/v1/agents/{agentId}/feedback': { agentId: numbers, client: parties, settled: ['true', 'false'] },
  '/v1/agents/{agentId}/validations': { agentId: numbers },
  '/v1/intents/{hash}/offers': { hash: ['n1', 'n7', 'n99999'].map(hashOf) },
  '/v1/rides': { rider: parties, driver: parties, status: statuses, area: AREAS.slice(0, 2) },
  '/v1/energy/markets': {},
  '/v1/energy/members': { market: markets, account: parties },
  '/v1/energy/slots': { market: markets, status: ['open', 'closed', 'cleared', 'lapsed'] },
  '/v1/energy/orders': { market: markets, account: parties },
  '/v1/energy/slots/{market}/{slot}/orders': { market: markets, slot: ['0', '199998', '199999'] },
  '/v1/energy/prices?market={market}': { market: markets, from: instants, until: instants },
  '/v1/disputes': { status: ['open', 'ruled', 'silent'], plaintiff: parties, defendant: parties },
  '/v1/disputes/{arbitrable}/{id}/evidence': { arbitrable, id: ['d1', 'd777', 'd99999'].map(hashOf) },
  '/v1/rounds': { requester: parties },
  '/v1/rounds/{round}/updates': { round: ['r1', 'r7', 'r99999'].map(hashOf) },
  '/v1/models': { baseModel: ['1', '99', '777'].map(hashOf) },
  '/v1/governance/proposals': {},
  '/v1/governance/proposals/{proposalId}/votes': { proposalId: numbers },
  '/v1/governance/parameters': { kind: ['contract', 'spam', 'protocol'] },
}

/** Every combination of filters of every list: route and names of the filters. */
export function combinations(): { path: string; names: string[] }[] {
  return Object.entries(filters).flatMap(([path, values]) => {
    const names = Object.keys(values).filter((name) => !path.includes(`{${name}}`))
    return Array.from({ length: 2 ** names.length }, (_, bits) => ({
      path,
      names: names.filter((_name, index) => bits & (1 << index)),
    }))
  })
}

/** The `count`-th request of a combination; values take turns, so that all of them meet. */
export function requestOf({ path, names }: { path: string; names: string[] }, count: number): string {
  let rest = count
  const next = (name: string) => {
    const values = filters[path]?.[name] ?? []
    const value = values[rest % values.length]
    rest = Math.floor(rest / values.length)
    return value
  }
  const filled = path.replaceAll(/{(\w+)}/g, (_, name: string) => `${next(name)}`)
  const query = names.map((name) => `${name}=${next(name)}`)
  return `${filled}${path.includes('?') ? '&' : '?'}${query.join('&').replaceAll(' ', '%20')}`
}
