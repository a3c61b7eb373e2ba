import { useState } from 'preact/hooks'
import { Fault } from '../../ui/states.tsx'
import { wallet } from '../../wallet/wallet.ts'
import { type Typed, typedPrice, typedWh } from './amount-input.ts'
import type { Purchase } from './use-purchase.ts'

/** Asks how much, and up to which price. */
export function WishForm({ purchase }: { purchase: Purchase }) {
  const [wh, setWh] = useState('50')
  const [price, setPrice] = useState('0.30')
  const quantity = typedWh(wh)
  const limit = typedPrice(price)
  const isReady = wallet.value !== undefined && quantity.value !== undefined && limit.value !== undefined
  return (
    <form
      class="wish"
      onSubmit={(event) => {
        event.preventDefault()
        if (quantity.value === undefined || limit.value === undefined) return
        purchase.restart()
        purchase.ask({ quantity: quantity.value, limit: limit.value })
      }}
    >
      <Field id="wh" label="Energy" unit="Wh" text={wh} typed={quantity} onText={setWh} />
      <Field id="price" label="At most" unit="$/kWh" text={price} typed={limit} onText={setPrice} />
      <button type="submit" class="button strong" disabled={!isReady || purchase.isBusy}>
        {purchase.isBusy && purchase.accepted === undefined ? 'Signing…' : 'Sign and publish'}
      </button>
      {wallet.value === undefined && <p class="soft">Choose who signs first.</p>}
      {purchase.fault && <Fault fault={purchase.fault} />}
    </form>
  )
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
