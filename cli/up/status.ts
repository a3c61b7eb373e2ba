import type { NumberedSlot } from '../../community/clock.ts'
import type { HomeTrades } from '../../community/home-trades.ts'
import { formatInstant } from '../../community/instant.ts'
import type { Books } from '../../community/messages.ts'
import type { OpenEnergy } from '../../community/open-energy.ts'
import { out } from '../colours.ts'
import { counted, energy, money, pricePerKWh, signedEnergy } from '../format.ts'
import { table } from '../table.ts'

/** What the status table shows at one moment. */
export interface Status {
  title: string
  /** Lines below the table: where to look, and what happened last. */
  footer: string[]
  homes: readonly string[]
  slot: NumberedSlot
  energy: OpenEnergy
  /** The last that is known of each home. */
  books: readonly Books[]
  isAway: (home: string) => boolean
}

/** Money and energy of some homes since the market began, each trade as often as it has homes for sides. */
interface Sums {
  boughtWh: number
  soldWh: number
  paid: bigint
  received: bigint
  fees: bigint
}

/** Adds up books. */
function sumBooks(books: readonly Books[]): Sums {
  const sums: Sums = { boughtWh: 0, soldWh: 0, paid: 0n, received: 0n, fees: 0n }
  for (const entry of books) {
    sums.boughtWh += entry.boughtWh
    sums.soldWh += entry.soldWh
    sums.paid += entry.paid
    sums.received += entry.received
    sums.fees += entry.fees
  }
  return sums
}

/** All trades that homes took part in, each once, whether its other side is a home or somebody else. */
export function sumTrades(books: readonly Books[]): HomeTrades {
  const sums: HomeTrades = { settled: 0, open: 0, wh: 0, paid: 0n, fees: 0n }
  for (const { trades } of books) {
    sums.settled += trades.settled
    sums.open += trades.open
    sums.wh += trades.wh
    sums.paid += trades.paid
    sums.fees += trades.fees
  }
  return sums
}

const COLUMNS = ['home', 'surplus Wh', 'traded Wh', 'bought Wh', 'sold Wh', 'paid', 'received', 'per kWh']

/** The status as a table: this slot's energy per home (surplus and sales positive), and the books so far. */
export function renderTable({ title, footer, homes, slot, energy: open, books, isAway }: Status): string {
  const byHome = new Map(books.map((entry) => [entry.home, entry]))
  const rows = homes.map((home, index) => {
    const { loadWh = 0, pvWh = 0 } = slot.readings[index] ?? {}
    const slotCells = [home, signedEnergy(pvWh - loadWh), signedEnergy(open.tradedWh(home))]
    const entry = byHome.get(home)
    if (entry === undefined || isAway(home)) return [...slotCells, 'away']
    return [...slotCells, ...bookCells(sumBooks([entry]))]
  })
  const total = [
    `all ${homes.length}`,
    '',
    `${tradedCell(open)} of ${energy(open.maxTradableWh)}`,
    ...bookCells(sumBooks(books)),
  ]
  const alignments = COLUMNS.map((_, index) => (index === 0 ? ('left' as const) : ('right' as const)))
  const when = `slot ${slot.index}, ${formatInstant(slot.start)}`
  const { settled, open: notEnded } = sumTrades(books)
  const deals = `${counted(settled, 'trade')} settled, ${energy(notEnded)} open`
  return [
    out.bold(`${title}: ${when}. ${deals}`),
    table([COLUMNS.map(out.dim), ...rows, total.map(out.bold)], alignments),
    ...footer,
  ].join('\n')
}

/** The status in one line, for output that is no terminal. */
export function renderLine({ slot, energy: open, homes, books, isAway }: Status): string {
  const away = homes.filter(isAway).length
  const { settled, open: notEnded, paid } = sumTrades(books)
  return (
    `slot ${slot.index} ${formatInstant(slot.start)}: ${tradedInWords(open)}; ` +
    `in all ${counted(settled, 'trade')} settled for ${money(paid)}, ${energy(notEnded)} open` +
    (away > 0 ? `; ${counted(away, 'home')} away` : '')
  )
}

/** Homes sell one another as much as they buy; a difference is what others sold to them, or bought. */
function tradedInWords({ soldWh, boughtWh, maxTradableWh }: OpenEnergy): string {
  const most = energy(maxTradableWh)
  if (soldWh === boughtWh) return `traded ${energy(soldWh)} of ${most} Wh`
  return `sold ${energy(soldWh)} Wh and bought ${energy(boughtWh)} Wh, where homes have ${most} Wh for one another`
}

function tradedCell({ soldWh, boughtWh }: OpenEnergy): string {
  return soldWh === boughtWh ? energy(soldWh) : `+${energy(soldWh)} -${energy(boughtWh)}`
}

function bookCells({ boughtWh, soldWh, paid, received, fees }: Sums): string[] {
  const price = pricePerKWh(paid + received + fees, boughtWh + soldWh)
  return [
    energy(boughtWh),
    energy(soldWh),
    money(paid),
    money(received),
    price === undefined ? '' : money(price),
  ]
}
