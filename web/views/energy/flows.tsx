import { useMemo, useState } from 'preact/hooks'
import { energy } from '../../format/amounts.ts'
import { Empty } from '../../ui/states.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { layoutFlows, type Ribbon } from './flow-layout.ts'
import { accountOf, linksOf, matrixOf } from './flow-links.ts'
import { FlowTable } from './flow-table.tsx'
import { type Flow, HOUSE } from './model.ts'
import { partName } from './names.ts'
import { NIGHTS } from './quiet.ts'

/** Most homes on a side. */
const MAX_HOMES = 24
const THICKNESS = 8
/** Pixels for names at each side, on narrow and on wide screens. */
const MARGINS = [92, 172] as const
const NARROW = 520

/** Who sells to whom, as a flow diagram; a home can be chosen, and is pointed out. */
export function Flows({ flows }: { flows: readonly Flow[] }) {
  const [place, width] = useWidth()
  const [chosen, setChosen] = useState('')
  const [pointed, setPointed] = useState('')
  const { columns, links } = useMemo(() => linksOf(flows, partName, MAX_HOMES), [flows, partName])
  const margin = MARGINS[width < NARROW ? 0 : 1]
  const layout = layoutFlows(columns, links, {
    ...{ width: Math.max(60, width - 2 * margin), height: 460, thickness: THICKNESS, room: 25, gap: 9 },
  })
  const homes = [...new Set(columns.flat().map(accountOf))].filter((account) => account !== HOUSE)
  homes.sort((a, b) => partName(a).localeCompare(partName(b), 'en', { numeric: true }))
  const home = pointed || (homes.includes(chosen) ? chosen : '')
  const isLit = ({ from, to }: Pick<Ribbon, 'from' | 'to'>) =>
    home === '' || accountOf(from) === home || accountOf(to) === home
  const last = columns.length - 1

  if (links.length === 0) return <Empty>Nobody has sold energy to anybody yet. {NIGHTS}</Empty>
  return (
    <>
      <p class="choice">
        <label>
          Point out{' '}
          <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            <option value="">all homes</option>
            {homes.map((account) => (
              <option key={account} value={account}>
                {partName(account)}
              </option>
            ))}
          </select>
        </label>
        <span class="soft" aria-live="polite">
          {sentence(flows, home)}
        </span>
      </p>
      <div class="flows" ref={place}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={`Energy from sellers to buyers. ${sentence(flows, '')}`}
            width={width}
            height={layout.height + 24}
            viewBox={`${-margin} -22 ${width} ${layout.height + 24}`}
          >
            <defs>
              <linearGradient id="sold">
                <stop offset="0" stop-color="var(--sun-bright)" />
                <stop offset="1" stop-color="var(--leaf)" />
              </linearGradient>
            </defs>
            <text class="side-name" x={THICKNESS} y={-9} text-anchor="end">
              Sold
            </text>
            <text class="side-name" x={width - 2 * margin - THICKNESS} y={-9}>
              Bought
            </text>
            {layout.ribbons.map((ribbon) => (
              <path
                key={`${ribbon.from} ${ribbon.to}`}
                class={isLit(ribbon) ? (home === '' ? 'ribbon' : 'ribbon lit') : 'ribbon dim'}
                d={ribbon.path}
                fill="url(#sold)"
              >
                <title>
                  {partName(accountOf(ribbon.from))} to {partName(accountOf(ribbon.to))}:{' '}
                  {energy(BigInt(ribbon.wh))}
                </title>
              </path>
            ))}
            {layout.nodes.map(({ id, column, x, y, height, wh }) => {
              const account = accountOf(id)
              const isFirst = column === 0
              const classes = ['node', isFirst ? 'seller' : column === last ? 'buyer' : 'house']
              if (home !== '' && account !== home && account !== HOUSE) classes.push('dim')
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the same is chosen by the list above
                <g
                  key={id}
                  class={classes.join(' ')}
                  onMouseEnter={() => setPointed(account)}
                  onMouseLeave={() => setPointed('')}
                >
                  <rect
                    class="grip"
                    x={isFirst ? -margin : x}
                    y={y + height / 2 - 11}
                    width={margin}
                    height={22}
                  />
                  <rect x={x} y={y} width={THICKNESS} height={Math.max(1.5, height)} rx={2} />
                  {account !== HOUSE && (
                    <text
                      x={isFirst ? x - 7 : x + THICKNESS + 7}
                      y={y + height / 2}
                      dy="0.35em"
                      text-anchor={isFirst ? 'end' : 'start'}
                    >
                      {partName(account)}
                      {width >= NARROW && <tspan class="amount"> {energy(BigInt(wh))}</tspan>}
                    </text>
                  )}
                </g>
              )
            })}
          </svg>
        )}
      </div>
      {columns.length === 2 && <FlowTable flows={flows} />}
    </>
  )
}

/** The essence of the diagram, of all homes or of one. */
function sentence(flows: readonly Flow[], home: string): string {
  const sum = (of: readonly Flow[]) => of.reduce((all, { wh }) => all + wh, 0n)
  if (home === '') {
    const sellers = new Set(flows.map(({ seller }) => seller).filter((account) => account !== HOUSE))
    const buyers = new Set(flows.map(({ buyer }) => buyer).filter((account) => account !== HOUSE))
    const all = sum(flows.filter(({ seller }) => seller !== HOUSE))
    return `${sellers.size} ${sellers.size === 1 ? 'home' : 'homes'} sold ${energy(all)} to ${buyers.size}.`
  }
  const sold = flows.filter(({ seller }) => seller === home)
  const bought = flows.filter(({ buyer }) => buyer === home)
  const most = largest(matrixOf(sold).get(home))
  return [
    `${partName(home)} sold ${energy(sum(sold))}`,
    most === undefined || most === HOUSE ? '' : `, most to ${partName(most)}`,
    `, and bought ${energy(sum(bought))}.`,
  ].join('')
}

function largest(row: ReadonlyMap<string, bigint> | undefined): string | undefined {
  return [...(row ?? [])].sort(([, a], [, b]) => Number(b - a))[0]?.[0]
}
