import { energy } from '../../format/amounts.ts'
import { useWidth } from '../../ui/use-width.ts'
import { type Level, meritOrder, pathOf, type Step, ticksOf } from './curves.ts'

/** What was bid, asked and agreed for a slot. */
export interface BookCurves {
  bids: readonly Step[]
  asks: readonly Step[]
  /** Deals, where homes bargain with one another. */
  deals: readonly Step[]
  /** What a clearing house cleared to: one price for all, in minor units per kWh, and Wh. */
  cleared: { price: number; wh: number } | undefined
}

const HEIGHT = 250
const MARGIN = { left: 52, right: 14, top: 12, bottom: 34 }

/** Bids and asks of a slot as steps, in the order in which a market takes them. */
export function Book({ bids, asks, deals, cleared }: BookCurves) {
  const [place, width] = useWidth()
  const curves = [
    { name: 'bids', kind: 'bid', levels: meritOrder(bids, 'buy') },
    { name: 'asks', kind: 'ask', levels: meritOrder(asks, 'sell') },
    { name: 'agreed', kind: 'deal', levels: meritOrder(deals, 'sell') },
  ].filter(({ levels }) => levels.length > 0)
  const all = curves.flatMap(({ levels }) => levels)
  const prices = [...all.map(({ price }) => price), ...(cleared ? [cleared.price] : [])]
  const [low, high] = [Math.min(0, ...prices), Math.max(100_000, ...prices) * 1.1]
  const most = Math.max(1, ...all.map(({ to }) => to))
  const x = (wh: number) => MARGIN.left + (wh / most) * (width - MARGIN.left - MARGIN.right)
  const y = (price: number) =>
    HEIGHT - MARGIN.bottom - ((price - low) / (high - low)) * (HEIGHT - MARGIN.bottom - MARGIN.top)
  return (
    <>
      <p class="legend" aria-hidden="true">
        {curves.map(({ name, kind }) => (
          <span key={kind} class={kind}>
            {name}
          </span>
        ))}
        {cleared && <span class="price">price for all</span>}
      </p>
      <div class="book" ref={place}>
        {width > 0 && (
          <svg role="img" aria-label={wordsOf(curves, cleared)} width={width} height={HEIGHT}>
            {ticksOf(low / 1e6, high / 1e6, 4).map((price) => (
              <g key={price}>
                <line class="rule" x1={MARGIN.left} x2={width} y1={y(price * 1e6)} y2={y(price * 1e6)} />
                <text class="tick" x={MARGIN.left - 8} y={y(price * 1e6)} dy="0.32em" text-anchor="end">
                  {price.toFixed(2)}
                </text>
              </g>
            ))}
            {ticksOf(0, most, width < 420 ? 3 : 6).map((wh) => (
              <text key={wh} class="tick" x={x(wh)} y={HEIGHT - 16} text-anchor="middle">
                {Math.round(wh)}
              </text>
            ))}
            <text class="tick" x={width - MARGIN.right} y={HEIGHT - 2} text-anchor="end">
              Wh in all, at $/kWh
            </text>
            {curves.map(({ kind, levels }) => (
              <g key={kind} class={`curve ${kind}`}>
                <path class="under" d={`${pathOf(levels, x, y)}V${y(low)}H${x(0)}Z`} />
                <path class="line" d={pathOf(levels, x, y)} />
              </g>
            ))}
            {cleared && (
              <g class="cleared">
                <line x1={MARGIN.left} x2={x(cleared.wh)} y1={y(cleared.price)} y2={y(cleared.price)} />
                <line x1={x(cleared.wh)} x2={x(cleared.wh)} y1={y(cleared.price)} y2={y(low)} />
                <circle cx={x(cleared.wh)} cy={y(cleared.price)} r={5} />
              </g>
            )}
          </svg>
        )}
      </div>
    </>
  )
}

function wordsOf(
  curves: readonly { name: string; levels: readonly Level[] }[],
  cleared: BookCurves['cleared'],
): string {
  const parts = curves.map(({ name, levels }) => {
    const [first, last] = [levels[0], levels.at(-1)]
    const range = [first, last].map((level) => ((level?.price ?? 0) / 1e6).toFixed(3))
    return `${name} of ${energy(BigInt(Math.round(last?.to ?? 0)))} at ${[...new Set(range)].join(' to ')} dollars per kilowatt-hour`
  })
  const end =
    cleared === undefined
      ? ''
      : `; cleared: ${energy(BigInt(cleared.wh))} at ${(cleared.price / 1e6).toFixed(3)} dollars per kilowatt-hour`
  return `The order book: ${parts.join(', ') || 'nothing yet'}${end}`
}
