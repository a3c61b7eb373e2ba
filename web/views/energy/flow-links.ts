import type { Link } from './flow-layout.ts'
import { type Flow, HOUSE } from './model.ts'

/** Stands for all homes of a column that are too many to be drawn. */
export const OTHERS = 'others'

/** What a flow diagram draws: ids tell the part that a home has in it, such as `sells:0xab…` and `buys:0xab…`. */
export interface FlowLinks {
  columns: string[][]
  links: Link[]
}

/** @example sells('0xab') // 'sells:0xab' */
export const sells = (account: string) => `sells:${account}`
export const buys = (account: string) => `buys:${account}`
/** The account of an id. @example accountOf('sells:0xab') // '0xab' */
export const accountOf = (id: string) => id.slice(id.indexOf(':') + 1)

/** Energy of all flows from each seller to each buyer. */
export function matrixOf(flows: readonly Flow[]): Map<string, Map<string, bigint>> {
  const matrix = new Map<string, Map<string, bigint>>()
  for (const { seller, buyer, wh } of flows) {
    const row = matrix.get(seller) ?? new Map<string, bigint>()
    matrix.set(seller, row.set(buyer, (row.get(buyer) ?? 0n) + wh))
  }
  return matrix
}

/**
 * Adds flows up to links, sellers at the left and buyers at the right, with the clearing house between them where there is one.
 *
 * @param nameOf by which homes are sorted, so that they stay where they are when amounts change
 * @param max most homes on a side: of more, the smallest are drawn as one
 */
export function linksOf(flows: readonly Flow[], nameOf: (account: string) => string, max: number): FlowLinks {
  const real = flows.filter(({ wh }) => wh > 0n)
  const left = shownOf(real, 'seller', nameOf, max)
  const right = shownOf(real, 'buyer', nameOf, max)
  const hasHouse = left.isIn(HOUSE) || right.isIn(HOUSE)
  const sums = new Map<string, Link>()
  for (const { seller, buyer, wh } of real) {
    const from = seller === HOUSE ? HOUSE : sells(left.shownAs(seller))
    const to = buyer === HOUSE ? HOUSE : buys(right.shownAs(buyer))
    const link = sums.get(`${from} ${to}`) ?? { from, to, wh: 0 }
    sums.set(`${from} ${to}`, { ...link, wh: link.wh + Number(wh) })
  }
  const columns = [left.ids.map(sells), ...(hasHouse ? [[HOUSE]] : []), right.ids.map(buys)]
  return { columns, links: [...sums.values()] }
}

function shownOf(
  flows: readonly Flow[],
  side: 'seller' | 'buyer',
  nameOf: (account: string) => string,
  max: number,
) {
  const sums = new Map<string, bigint>()
  for (const flow of flows) sums.set(flow[side], (sums.get(flow[side]) ?? 0n) + flow.wh)
  const isIn = (account: string) => sums.has(account)
  const homes = [...sums].filter(([account]) => account !== HOUSE).sort(([, a], [, b]) => Number(b - a))
  const shown = new Set((homes.length > max ? homes.slice(0, max - 1) : homes).map(([account]) => account))
  const ids = [...shown].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }))
  if (shown.size < homes.length) ids.push(OTHERS)
  return { ids, isIn, shownAs: (account: string) => (shown.has(account) ? account : OTHERS) }
}
