import { useEffect, useState } from 'preact/hooks'
import { onEvents } from '../../api/live.ts'
import { type Query, useQuery } from '../../api/use-query.ts'
import type { IntentView } from '../../api/views.ts'
import { ENERGY_LOT } from '../../format/traded.ts'
import { type Delivery, remember } from './wishes.ts'

/** Slots whose wishes are kept, the latest ones. */
const SLOTS = 48
/** Least milliseconds between two drawings of what was heard, which are of the whole community. */
const PACE = 500
const CAPABILITY = 'energy.supply'

/** The API tells wishes that can still be answered; the page remembers those of before, as long as it is open. */
let heard: ReadonlyMap<string, Delivery<IntentView>> = new Map()

/** What this page has heard that homes wish for. */
export function useHeardWishes(): Query<readonly Delivery<IntentView>[]> {
  const { answer, fault } = useQuery<IntentView[]>(`/v1/intents?capability=${CAPABILITY}&limit=200`, {
    polls: true,
  })
  const [deliveries, setDeliveries] = useState(() => [...heard.values()])
  const hear = (intents: readonly IntentView[]) => {
    const news = intents.filter(({ capability, lot }) => capability === CAPABILITY && lot === ENERGY_LOT)
    if (news.length === 0) return
    heard = remember(heard, news, SLOTS)
    setDeliveries([...heard.values()])
  }
  useEffect(
    () =>
      onEvents(
        (events) => hear(events.filter(({ type }) => type === 'intent').map(({ data }) => data)),
        PACE,
      ),
    [],
  )
  useEffect(() => {
    if (answer !== undefined) hear(answer.data)
  }, [answer])
  return { answer: answer && { ...answer, data: deliveries }, fault }
}
