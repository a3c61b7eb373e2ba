import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type LiveEvent, onEvents } from '../../api/live.ts'
import { type EventType, kindOf } from '../../api/views.ts'
import { count, energy, money, quantityOf } from '../../format/amounts.ts'
import { ENERGY_LOT } from '../../format/traded.ts'
import { Empty } from '../../ui/states.tsx'
import { Who } from '../../ui/who.tsx'

/** How many events are shown. */
const SHOWN = 12
/** Least milliseconds between two changes: faster nobody reads. */
const PACE = 250

/** The newest events, in words. */
export function Ticker() {
  const [events, setEvents] = useState<readonly LiveEvent[]>([])
  useEffect(
    () => onEvents((news) => setEvents((before) => [...news.toReversed(), ...before].slice(0, SHOWN)), PACE),
    [],
  )
  if (events.length === 0) return <Empty>Quiet so far. What happens next appears here at once.</Empty>
  return (
    <ol class="ticker">
      {events.map((event) => (
        <li key={event.id} class={event.type.replace('.', '-')}>
          {tell(event)}
        </li>
      ))}
    </ol>
  )
}

function tell({ type, data }: LiveEvent): ComponentChildren {
  const kind = kindOf(type)
  if (kind === 'agreement') return <Agreed type={type} data={data} />
  if (type === 'intent') {
    return (
      <>
        <Who address={data.agent} /> wishes to {data.side} {quantityOf(data.capability, data.quantity)}
      </>
    )
  }
  if (type === 'offer') {
    return (
      <>
        <Who address={data.seller} /> offers to <Who address={data.buyer} />
      </>
    )
  }
  if (kind === 'agent') {
    return (
      <>
        <Who address={data.wallet ?? data.owner} />{' '}
        {type === 'agent.registered' ? 'joined the market' : 'changed its entry'}
      </>
    )
  }
  if (type === 'feedback.given') return <>Agent {data.agentId} was given feedback</>
  if (type === 'slot.cleared') return <>A slot was cleared at {money(data.price)} $/kWh</>
  if (type === 'reorg') return <>The chain was reorganised from block {count(data.from)}</>
  if (type === 'reset') return <>Events were missed: everything was read again</>
  return <>{type.replace('.', ' ')}</>
}

const VERBS: Partial<Record<EventType, string>> = {
  'agreement.opened': 'agreed to sell',
  'agreement.paid': 'was paid a part of',
  'agreement.delivered': 'delivered',
  'agreement.disputed': 'is disputed over',
  'agreement.settled': 'sold',
  'agreement.refunded': 'gave back',
  'agreement.cancelled': 'cancelled',
  'agreement.resolved': 'had a ruling over',
  'agreement.revoked': 'revoked',
}

function Agreed({ type, data }: Pick<LiveEvent, 'type' | 'data'>) {
  const quantity = data.lot === ENERGY_LOT ? energy(data.traded ?? data.quantity) : 'a service'
  return (
    <>
      <Who address={data.seller} /> {VERBS[type]} {data.seller === null ? 'an agreement' : quantity}
      {data.buyer && (
        <>
          {' '}
          to <Who address={data.buyer} />
        </>
      )}{' '}
      <a href={`/agreements/${data.id}`}>for {money(data.payment)}&nbsp;$</a>
    </>
  )
}
