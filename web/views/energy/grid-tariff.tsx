import { useState } from 'preact/hooks'
import { MONEY_DECIMALS } from '../../../protocol/money.ts'
import { money } from '../../format/amounts.ts'
import type { Tariff } from './model.ts'

const KEY = 'mesh-grid-tariff'
/** What the shipped community's grid takes and gives, in minor units per kWh (data/energy/community.json). */
const SHIPPED: Tariff = { retail: 300_000n, feedIn: 80_000n }
const ONE = 10 ** MONEY_DECIMALS

/** A tariff that the reader assumes, remembered by this browser. */
export function useAssumedTariff(): [Tariff, (tariff: Tariff) => void] {
  const [tariff, setTariff] = useState(remembered)
  return [
    tariff,
    (next) => {
      localStorage.setItem(KEY, [next.retail, next.feedIn].join())
      setTariff(next)
    },
  ]
}

/** What savings are held against, beside the figures: by a market's rules, or assumed and to be changed. */
export function GridTariff({ tariff, assume }: { tariff: Tariff; assume?: (tariff: Tariff) => void }) {
  if (assume === undefined) {
    return (
      <p class="tariff note">
        Against a grid that takes {money(tariff.retail, 3)} and gives {money(tariff.feedIn, 3)} $/kWh, by the
        market's rules.
      </p>
    )
  }
  const field = (name: string, key: keyof Tariff) => (
    <label>
      {name}{' '}
      <input
        type="number"
        min="0"
        max="100"
        step="0.01"
        value={Number(tariff[key]) / ONE}
        onChange={({ currentTarget }) => {
          const { valueAsNumber, validity } = currentTarget
          if (!Number.isNaN(valueAsNumber) && !validity.rangeOverflow && !validity.rangeUnderflow) {
            assume({ ...tariff, [key]: BigInt(Math.round(valueAsNumber * ONE)) })
          }
        }}
      />
    </label>
  )
  return (
    <p class="tariff note">
      Against a grid that {field('takes', 'retail')} and {field('gives', 'feedIn')} $/kWh: an assumption,
      which you can change.
    </p>
  )
}

function remembered(): Tariff {
  const found = /^(\d{1,9}),(\d{1,9})$/.exec(localStorage.getItem(KEY) ?? '')
  if (found === null) return SHIPPED
  return { retail: BigInt(found[1] ?? 0), feedIn: BigInt(found[2] ?? 0) }
}
