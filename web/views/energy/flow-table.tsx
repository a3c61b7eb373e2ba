import { count } from '../../format/amounts.ts'
import { nameOf } from '../../ui/name-of.ts'
import { Who } from '../../ui/who.tsx'
import { matrixOf } from './flow-links.ts'
import type { Flow } from './model.ts'

/** Who sold to whom as a table, which can be read and heard cell by cell. */
export function FlowTable({ flows }: { flows: readonly Flow[] }) {
  const matrix = matrixOf(flows)
  const byName = (a: string, b: string) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true })
  const sellers = [...matrix.keys()].sort(byName)
  const buyers = [...new Set(flows.map(({ buyer }) => buyer))].sort(byName)
  const most = Math.max(1, ...[...matrix.values()].flatMap((row) => [...row.values()].map(Number)))
  return (
    <details>
      <summary>The same as a table, in Wh</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by keys (WCAG 2.1.1) */}
      <section class="scroller" tabIndex={0} aria-label="Energy by seller and buyer">
        <table class="matrix">
          <caption class="hidden">Energy in Wh that each seller, a row, sold to each buyer, a column</caption>
          <thead>
            <tr>
              <th scope="col">From \ to</th>
              {buyers.map((buyer) => (
                <th key={buyer} scope="col" class="number">
                  {nameOf(buyer)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sellers.map((seller) => (
              <tr key={seller}>
                <th scope="row">
                  <Who address={seller} />
                </th>
                {buyers.map((buyer) => {
                  const wh = matrix.get(seller)?.get(buyer)
                  const heat = Math.round((70 * Number(wh ?? 0)) / most)
                  const background = `color-mix(in srgb, var(--sun-soft) ${heat}%, transparent)`
                  return (
                    <td key={buyer} class="number" style={{ background }}>
                      {wh === undefined ? '' : count(wh)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
