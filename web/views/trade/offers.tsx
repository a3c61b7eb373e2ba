import { costOf } from '../../../protocol/types.ts'
import { energy, money, pricePerKwh } from '../../format/amounts.ts'
import { lasting, slotOf } from '../../format/times.ts'
import { now } from '../../ui/now.ts'
import { Empty } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Who } from '../../ui/who.tsx'
import { NIGHTS } from '../energy/quiet.ts'
import type { Purchase } from './use-purchase.ts'

/** What sellers offer, and what becomes of the offer that was taken. */
export function Offers({ purchase }: { purchase: Purchase }) {
  const { asked, accepted } = purchase
  if (asked === undefined) return <Empty>Offers come within a second or two of your intent.</Empty>
  if (accepted !== undefined) return <Course purchase={purchase} />
  const open = purchase.offers.filter(({ agreement }) => Number(agreement.expiry) * 1_000 > now.value)
  const left = Number(asked.intent.expiry) * 1_000 - now.value
  const published = (
    <p class="soft">
      Published: {energy(asked.intent.quantity)} for{' '}
      {slotOf(String(asked.intent.start), String(asked.intent.end))}, up to {money(asked.limit)} $/kWh.{' '}
      <Hash hex={asked.hash} />{' '}
      {left > 0 ? `It stands for ${lasting(left)}.` : 'It is over: publish it again.'}
    </p>
  )
  if (open.length === 0) {
    return (
      <>
        {published}
        <Empty>{left > 0 ? `Nobody has offered yet. ${NIGHTS}` : 'Nobody offers any more.'}</Empty>
      </>
    )
  }
  return (
    <>
      {published}
      <Table
        caption="Offers, the cheapest first"
        rows={open}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Seller', cell: ({ agreement }) => <Who address={agreement.seller} /> },
          { name: 'Energy', isNumber: true, cell: ({ agreement }) => energy(agreement.quantity) },
          {
            name: 'Price, $/kWh',
            isNumber: true,
            cell: ({ agreement }) => pricePerKwh(String(agreement.price), String(agreement.lot)),
          },
          { name: 'Costs, $', isNumber: true, cell: ({ agreement }) => money(costOf(agreement)) },
          {
            name: 'Stands for',
            isNumber: true,
            isMinor: true,
            cell: ({ agreement }) => lasting(Number(agreement.expiry) * 1_000 - now.value),
          },
          {
            name: '',
            isNumber: true,
            cell: (offer) => (
              <button
                type="button"
                class="button"
                disabled={purchase.isBusy}
                onClick={() => purchase.accept(offer)}
              >
                Accept
              </button>
            ),
          },
        ]}
      />
    </>
  )
}

/** What happens after an offer was accepted. */
function Course({ purchase: { accepted, due, agreement, isBusy, pay, restart } }: { purchase: Purchase }) {
  if (accepted === undefined) return null
  const { id, agreement: agreed } = accepted
  const status = agreement?.status
  const isSettled = status === 'settled'
  const steps = [
    {
      name: `Agreed with the seller: ${energy(agreed.quantity)} for ${money(costOf(agreed))} $`,
      isDone: true,
    },
    { name: 'Opened on chain, the payment in escrow', isDone: status !== undefined },
    {
      name:
        due === undefined ? 'The seller delivers when the slot is over' : `Delivered ${energy(due.quantity)}`,
      isDone: due !== undefined || isSettled,
    },
    {
      name: isSettled ? `Settled: ${money(agreement?.payment ?? null)} $ paid` : 'Paid and settled',
      isDone: isSettled,
    },
  ]
  const current = steps.findIndex(({ isDone }) => !isDone)
  return (
    <div class="course" aria-live="polite">
      <p>
        From <Who address={agreed.seller} />, agreement <Hash hex={id} href={`/agreements/${id}`} />
      </p>
      <ol>
        {steps.map(({ name, isDone }, index) => (
          <li key={name} class={isDone ? 'done' : index === current ? 'current' : 'later'}>
            {name}
          </li>
        ))}
      </ol>
      {due !== undefined && !isSettled && (
        <button type="button" class="button strong" disabled={isBusy} onClick={pay}>
          I received it: pay
        </button>
      )}
      {isSettled && (
        <button type="button" class="button" onClick={restart}>
          Buy again
        </button>
      )}
    </div>
  )
}
