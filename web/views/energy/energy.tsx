import { useState } from 'preact/hooks'
import { useQuery } from '../../api/use-query.ts'
import type { EnergyMarketView } from '../../api/views.ts'
import { shortHex } from '../../format/names.ts'
import { Heading } from '../../ui/panel.tsx'
import { Known } from '../../ui/states.tsx'
import { Bilateral } from './bilateral.tsx'
import { Cleared } from './cleared.tsx'
import './energy.css'

/** Names the market in which homes bargain, where others have their hash. */
const BILATERAL = 'bilateral'

/** The energy community. */
export function Energy() {
  const markets = useQuery<EnergyMarketView[]>('/v1/energy/markets?limit=200', {
    refreshOn: ['slot'],
    polls: true,
  })
  const [chosen, setChosen] = useState<string>()
  return (
    <>
      <Heading title="The energy community">
        Homes with roofs sell to homes without, slot by slot of a quarter of an hour, and both do better than
        with the grid.
      </Heading>
      <Known query={markets} what="energy markets">
        {(rows) => {
          // A market without a slot yet is shown when it is asked for.
          const shown = chosen ?? rows.find(({ slots }) => slots > 0)?.market ?? BILATERAL
          const market = rows.find((row) => row.market === shown)
          return (
            <>
              {rows.length > 0 && (
                <p class="choice">
                  <label>
                    Market{' '}
                    <select value={shown} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
                      {rows.map((row) => (
                        <option key={row.market} value={row.market}>
                          clearing house, rules {shortHex(row.market)}
                        </option>
                      ))}
                      <option value={BILATERAL}>bilateral: homes bargain</option>
                    </select>
                  </label>
                </p>
              )}
              {market ? <Cleared key={market.market} market={market} /> : <Bilateral />}
            </>
          )
        }}
      </Known>
    </>
  )
}
