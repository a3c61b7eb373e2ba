import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { count, energy, money } from '../../format/amounts.ts'
import { slotOf } from '../../format/times.ts'
import { Figure, Figures, Panel } from '../../ui/panel.tsx'
import { Empty } from '../../ui/states.tsx'
import { Flows } from './flows.tsx'
import { GridTariff } from './grid-tariff.tsx'
import { Homes } from './homes.tsx'
import type { EnergyModel, SlotSummary, Tariff } from './model.ts'
import { PriceCurve } from './price-curve.tsx'
import { quietOf } from './quiet.ts'
import { sumOf, totalsOf } from './savings.ts'
import { SlotPicker } from './slot-picker.tsx'
import { Weather } from './weather.tsx'

/**
 * An energy community, whichever way its homes trade.
 *
 * @param basis what the figures are of, such as 'the last 1,000 trades'
 * @param assume changes the tariff, where it is the reader's assumption
 * @param notes what has to be said beside the diagrams
 * @param bookOf draws the order book of a slot
 */
export function Community(props: {
  model: EnergyModel
  tariff: Tariff
  assume?: (tariff: Tariff) => void
  basis: string
  notes: { price: string; flows: string; weather: string; book: string }
  bookOf: (slot: SlotSummary) => ComponentChildren
}) {
  const { model, tariff, assume, notes } = props
  const [chosen, setChosen] = useState<string>()
  const totals = useMemo(
    () => totalsOf(model.positions, tariff),
    [model.positions, tariff.retail, tariff.feedIn],
  )
  const sum = sumOf(totals)
  const kept = model.slots.find(({ key }) => key === chosen)
  const slot = kept ?? model.slots[0]
  const quiet = useMemo(() => quietOf(model.slots), [model.slots])
  return (
    <>
      <Figures>
        <Figure name="Traded among homes" value={energy(sum.bought)} hint={props.basis} />
        <Figure
          name="Saved by all"
          value={money(sum.saved, 2)}
          unit="$"
          hint={`grid takes ${money(tariff.retail, 2)}, gives ${money(tariff.feedIn, 2)} $/kWh${assume ? ', assumed' : ''}`}
        />
        <Figure
          name="Average price"
          value={sum.bought === 0n ? '–' : money((sum.paid * 1_000n) / sum.bought)}
          unit="$/kWh"
        />
        <Figure
          name="Homes that traded"
          value={count(totals.length)}
          hint={`${totals.filter(({ sold }) => sold > 0n).length} of them sold`}
        />
        <Figure
          name="Newest slot"
          value={model.slots[0] ? energy(model.slots[0].wished) : '–'}
          hint={model.slots[0] ? `wished for ${slotOf(model.slots[0].start, model.slots[0].end)}` : undefined}
        />
      </Figures>
      {quiet && <p class="notice quiet">{quiet}</p>}
      <div class="grid energy">
        <Panel title="Who sells to whom" note={notes.flows} wide>
          <Flows flows={model.flows} />
        </Panel>
        <Panel
          title="What every home saved"
          note={<GridTariff tariff={tariff} {...(assume && { assume })} />}
        >
          {totals.length === 0 ? (
            <Empty>No home has traded yet.</Empty>
          ) : (
            <div class="homes">
              <Homes totals={totals} />
            </div>
          )}
        </Panel>
        <Panel title="Price of energy" note={notes.price} wide>
          <PriceCurve prices={model.prices} tariff={tariff} />
        </Panel>
        <Panel title="Weather of supply and demand" note={notes.weather}>
          <Weather slots={model.slots} chosen={slot?.key} choose={setChosen} />
        </Panel>
        <section class="panel full" aria-labelledby="book">
          <header>
            <div>
              <h2 id="book">Order book of a slot</h2>
              <p class="note">{notes.book}</p>
            </div>
            {slot && (
              <SlotPicker
                slots={model.slots}
                shown={slot}
                isFollowing={kept === undefined}
                choose={setChosen}
              />
            )}
          </header>
          {slot ? props.bookOf(slot) : <Empty>Nothing is wished for or offered yet.</Empty>}
        </section>
      </div>
    </>
  )
}
