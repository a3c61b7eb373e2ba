import { energy } from '../../format/amounts.ts'
import { slotOf, utc } from '../../format/times.ts'
import { Empty } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { ticksOf } from './curves.ts'
import type { SlotSummary } from './model.ts'

/** Most slots that are drawn. */
const SHOWN = 48
/** Columns that there is room for at least; the latest slot is at the right. */
const LEAST = 12
const HEIGHT = 190
const LEFT = 68
const BOTTOM = 20

/** How much is offered and wished for in each slot: what met is green, from the middle line on. */
export function Weather(props: {
  slots: readonly SlotSummary[]
  chosen: string | undefined
  choose: (key: string) => void
}) {
  const [place, width] = useWidth<HTMLDivElement>()
  const slots = props.slots.slice(0, SHOWN).toReversed()
  const latest = slots.at(-1)
  if (latest === undefined) return <Empty>Nothing is wished for or offered yet.</Empty>

  const isPrivate = latest.offered === undefined
  const most = (of: (slot: SlotSummary) => bigint) => Math.max(1, ...slots.map((slot) => Number(of(slot))))
  const wish = most(({ wished, traded }) => (wished > traded ? wished : traded))
  // What nobody tells of has no half of the picture.
  const [up, down] = isPrivate ? [wish, 0] : [most(({ offered }) => offered ?? 0n), wish]
  const scale = (HEIGHT - BOTTOM - 10) / (up + down)
  const axis = 6 + up * scale
  const columns = Math.max(LEAST, slots.length)
  const step = (width - LEFT) / columns
  const bar = Math.max(1, Math.min(26, step * 0.7))
  /** Every so many slots there is room for a time. */
  const labelled = Math.ceil(60 / step)
  const leftOf = (index: number) => LEFT + (columns - slots.length + index) * step
  return (
    <>
      <p class="legend" aria-hidden="true">
        {!isPrivate && <span class="offered">offered</span>}
        <span class="met">{isPrivate ? 'agreed' : 'met'}</span>
        <span class="wished">wished for</span>
      </p>
      <div class="weather" ref={place}>
        {width > 0 && (
          <svg role="img" aria-label={wordsOf(latest)} width={width} height={HEIGHT}>
            {ticksOf(-down, up, 6).map((wh) => (
              <g key={wh}>
                <line class="rule" x1={LEFT} x2={width} y1={axis - wh * scale} y2={axis - wh * scale} />
                <text class="tick" x={LEFT - 8} y={axis - wh * scale} dy="0.32em" text-anchor="end">
                  {energy(BigInt(Math.round(Math.abs(wh))))}
                </text>
              </g>
            ))}
            {slots.map((slot, index) => {
              const x = leftOf(index) + (step - bar) / 2
              const [wished, traded] = [Number(slot.wished) * scale, Number(slot.traded) * scale]
              const offered = Number(slot.offered ?? 0n) * scale
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the buttons of the order book choose slots too
                <g
                  key={slot.key}
                  class={slot.key === props.chosen ? 'slot chosen' : 'slot'}
                  onClick={() => props.choose(slot.key)}
                >
                  <title>{wordsOf(slot)}</title>
                  <rect class="ground" x={leftOf(index)} y={0} width={step} height={HEIGHT - BOTTOM} />
                  {isPrivate ? (
                    <Bar kind="wished" x={x} width={bar} from={axis} height={-wished} />
                  ) : (
                    <>
                      <Bar kind="offered" x={x} width={bar} from={axis} height={-offered} />
                      <Bar kind="wished" x={x} width={bar} from={axis} height={wished} />
                      <Bar kind="met" x={x} width={bar} from={axis} height={traded} />
                    </>
                  )}
                  <Bar kind="met" x={x} width={bar} from={axis} height={-traded} />
                </g>
              )
            })}
            <line class="axis" x1={LEFT} x2={width} y1={axis} y2={axis} />
            {slots
              .map((_, index) => index)
              .filter((index) => (slots.length - 1 - index) % labelled === 0)
              .map((index) => (
                <text
                  key={index}
                  class="tick"
                  x={Math.min(width - 18, leftOf(index) + step / 2)}
                  y={HEIGHT - 5}
                  text-anchor="middle"
                >
                  {utc(slots[index]?.start ?? 0).slice(-9, -4)}
                </text>
              ))}
          </svg>
        )}
      </div>
      <details>
        <summary>The same as a table</summary>
        <Table
          caption="Energy wished for, offered and met in each slot, the latest first"
          keyOf={({ key }) => key}
          rows={slots.toReversed()}
          columns={[
            { name: 'Slot', cell: ({ start, end }) => slotOf(start, end) },
            { name: 'Wished for', isNumber: true, cell: ({ wished }) => energy(wished) },
            {
              name: 'Offered',
              isNumber: true,
              cell: ({ offered }) => (offered === undefined ? '–' : energy(offered)),
            },
            { name: isPrivate ? 'Agreed' : 'Met', isNumber: true, cell: ({ traded }) => energy(traded) },
          ]}
        />
      </details>
    </>
  )
}

/** @param height below 0 upwards */
function Bar(props: { kind: string; x: number; width: number; from: number; height: number }) {
  const { kind, x, width, from, height } = props
  return (
    <rect class={kind} x={x} y={from + Math.min(0, height)} width={width} height={Math.abs(height)} rx={2} />
  )
}

function wordsOf({ start, end, wished, offered, traded }: SlotSummary): string {
  const supply = offered === undefined ? '' : `, ${energy(offered)} offered`
  return `${slotOf(start, end)}: ${energy(wished)} wished for${supply}, ${energy(traded)} ${offered === undefined ? 'agreed' : 'met'}`
}
