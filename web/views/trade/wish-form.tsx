import { useState } from 'preact/hooks'
import { byWallet } from '../../api/agents.ts'
import { useQuery } from '../../api/use-query.ts'
import type { IntentView } from '../../api/views.ts'
import { slotOf, utc } from '../../format/times.ts'
import { Fault } from '../../ui/states.tsx'
import { wallet } from '../../wallet/wallet.ts'
import { type Typed, typedPrice, typedWh } from './amount-input.ts'
import { type OpenSlot, openSlots } from './open-slots.ts'
import type { Purchase } from './use-purchase.ts'

/** Asks how much, when, and up to which price. */
export function WishForm({ purchase }: { purchase: Purchase }) {
  const [wh, setWh] = useState('50')
  const [price, setPrice] = useState('0.30')
  const quantity = typedWh(wh)
  const limit = typedPrice(price)
  const { answer, fault } = useQuery<IntentView[]>('/v1/intents?capability=energy.supply&limit=200', {
    refreshOn: ['intent'],
    polls: true,
  })
  const slots = openSlots(answer?.data ?? [], (account) => byWallet.value.has(account.toLowerCase()))
  const [chosen, setChosen] = useState<string>()
  const slot = slots.find((each) => keyOf(each) === chosen) ?? slots[0]
  const isReady = wallet.value !== undefined && quantity.value !== undefined && limit.value !== undefined
  return (
    <form
      class="wish"
      onSubmit={(event) => {
        event.preventDefault()
        if (quantity.value === undefined || limit.value === undefined || slot === undefined) return
        purchase.restart()
        const delivery = { start: BigInt(slot.start), end: BigInt(slot.end) }
        purchase.ask({ quantity: quantity.value, limit: limit.value, ...delivery })
      }}
    >
      <Field id="wh" label="Energy" unit="Wh" text={wh} typed={quantity} onText={setWh} />
      <Field id="price" label="At most" unit="$/kWh" text={price} typed={limit} onText={setPrice} />
      <SlotField slots={slots} slot={slot} choose={setChosen} />
      <button
        type="submit"
        class="button strong"
        disabled={!isReady || slot === undefined || purchase.isBusy}
      >
        {purchase.isBusy && purchase.accepted === undefined ? 'Signing…' : 'Sign and publish'}
      </button>
      {wallet.value === undefined && <p class="soft">Choose who signs first.</p>}
      {answer !== undefined && slot === undefined && (
        <p class="soft">Nobody trades energy at this moment. As soon as somebody does, one can buy.</p>
      )}
      {fault && <Fault fault={fault} />}
      {purchase.fault && <Fault fault={purchase.fault} />}
    </form>
  )
}

/** Sellers offer in the slot that they have energy in. */
function SlotField(props: {
  slots: readonly OpenSlot[]
  slot: OpenSlot | undefined
  choose: (key: string) => void
}) {
  const { slots, slot, choose } = props
  if (slot === undefined) return null
  return (
    <div class="field">
      <label for="slot">Delivered</label>
      <span class="input">
        <select
          id="slot"
          value={keyOf(slot)}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
          title={`from ${utc(slot.start)}`}
        >
          {slots.map((each) => (
            <option key={keyOf(each)} value={keyOf(each)}>
              {slotOf(each.start, each.end)} · {each.all} {each.all === 1 ? 'agent' : 'agents'}
            </option>
          ))}
        </select>
      </span>
    </div>
  )
}

function keyOf({ start, end }: OpenSlot): string {
  return `${start}-${end}`
}

function Field(props: {
  id: string
  label: string
  unit: string
  text: string
  typed: Typed
  onText: (text: string) => void
}) {
  const { fault } = props.typed
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <span class="input">
        <input
          id={props.id}
          inputMode="decimal"
          autoComplete="off"
          value={props.text}
          aria-invalid={fault !== undefined}
          aria-describedby={fault && `${props.id}-fault`}
          onInput={({ currentTarget }) => props.onText(currentTarget.value)}
        />
        <span class="unit">{props.unit}</span>
      </span>
      {fault && (
        <span class="fault-text" id={`${props.id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  )
}
