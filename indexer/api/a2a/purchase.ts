import { setTimeout as sleep } from 'node:timers/promises'
import { TaskState } from '@a2a-js/sdk'
import type { Request } from 'express'
import { zeroAddress } from 'viem'
import { z } from 'zod'
import type { Hex } from '../../../protocol/types.ts'
import type { AgentView } from '../../views/agent.ts'
import type { OfferView } from '../../views/offer.ts'
import type { ApiContext } from '../context.ts'
import { filterOf } from '../event-filter.ts'
import { fundingInput, signatureInput } from '../inputs.ts'
import type { LiveFeed } from '../live-feed.ts'
import { nextEvents } from '../next-events.ts'
import { hashParameter } from '../parameters.ts'
import { parseGiven } from '../parse-given.ts'
import { ApiError } from '../problem.ts'
import { intents as openIntents } from '../routes/intents.ts'
import { offers } from '../routes/offers.ts'
import * as agreements from '../routes/trading/agreements.ts'
import * as intents from '../routes/trading/intents.ts'
import { clipped } from '../strangers.ts'
import { artifactOf } from './parts.ts'
import type { TaskRecord } from './tasks.ts'
import type { Outcome } from './turn.ts'

/** How long a turn waits for offers, or for a delivery, in seconds; and how often it looks for the latter, in milliseconds. */
const WAIT = 20
const LOOK_AGAIN = 500
/** Most offers that are looked at. */
const MAX_OFFERS = 50

/** With what a purchase is done. */
export interface Purchase {
  record: TaskRecord
  context: ApiContext
  feed: LiveFeed
  request: Request
  /** Whose offers count; absent: anybody's. */
  seller: AgentView | undefined
  signal: AbortSignal
}

const wish = z.strictObject({ intent: z.record(z.string(), z.unknown()).optional() })

/** Nothing: what there is to buy is told. What the client wants: what to sign for it. */
export async function ask(purchase: Purchase, given: unknown): Promise<Outcome> {
  const { intent } = parseGiven(wish, given)
  if (intent === undefined) return introduced(purchase)
  const { data } = await answerOf(purchase, intents.prepareIntent, intent)
  const { hash, intent: value, typedData } = data
  purchase.record.intent = { value, hash }
  purchase.record.step = 'publish'
  return wanting('Sign `sign` (EIP-712) and send {"signature"}.', { hash, intent: value, sign: typedData })
}

/** The signed wish is published, and offers are waited for. */
export async function publish(purchase: Purchase, given: unknown): Promise<Outcome> {
  const { signature } = parseGiven(z.strictObject({ signature: signatureInput }), given)
  const { record } = purchase
  await answerOf(purchase, intents.publishIntent, { intent: record.intent?.value, signature })
  record.step = 'choose'
  return offered(purchase)
}

const choice = z.strictObject({
  offer: hashParameter.optional(),
  signature: signatureInput.optional(),
  funding: fundingInput.optional(),
})

/** Nothing: more offers are waited for. An offer: what to sign. That and signatures: it is accepted. */
export async function choose(purchase: Purchase, given: unknown): Promise<Outcome> {
  const { offer, signature, funding } = parseGiven(choice, given)
  if (offer === undefined) return offered(purchase)
  if (!(await offersTo(purchase)).some(({ id }) => id === offer)) throw foreignOffer(offer)
  if (signature === undefined || funding === undefined) {
    const { data } = await answerOf(purchase, agreements.prepareAgreement, { offer })
    const { agreement, authorization, permit } = data
    return wanting(
      'Sign the agreement and one of the others, and send {"offer", "signature" of the agreement, "funding": {"kind": "authorization", "validAfter", "validBefore", "signature"}}.',
      { offer, sign: { agreement, authorization, permit } },
    )
  }
  const { record } = purchase
  record.isBound = true
  const { data } = await answerOf(purchase, agreements.acceptOffer, given as Record<string, unknown>).catch(
    (error: unknown) => {
      if (error instanceof ApiError && error.status < 500) record.isBound = false
      throw error
    },
  )
  record.agreement = offer
  record.step = 'deliver'
  const artifacts = [artifactOf('agreement', 'agreement', data)]
  return { ...wanting('The payment is in escrow. Send {} to be told of the delivery.', data), artifacts }
}

/** The seller's word about the delivery is waited for. */
export async function deliver(purchase: Purchase, given: unknown): Promise<Outcome> {
  parseGiven(z.strictObject({}), given)
  const { record, signal } = purchase
  const latest = performance.now() + WAIT * 1000
  for (;;) {
    try {
      const { data } = await answerOf(purchase, agreements.release, { id: record.agreement })
      record.step = 'pay'
      const { delivery, release } = data
      return wanting('Sign `sign` to pay for it, and send {"signature"}.', { delivery, sign: release })
    } catch (error) {
      const isEarly = error instanceof ApiError && error.code === 'DELIVERY_UNKNOWN'
      if (!isEarly) throw error
      if (performance.now() > latest) return wanting('Nothing was delivered yet. Send {} to wait on.', {})
    }
    await sleep(LOOK_AGAIN, undefined, { signal })
  }
}

/** The payment is released. */
export async function pay(purchase: Purchase, given: unknown): Promise<Outcome> {
  const { signature } = parseGiven(z.strictObject({ signature: signatureInput }), given)
  const id = purchase.record.agreement
  const { data } = await answerOf(purchase, agreements.releasePayment, { id, signature })
  return {
    ...{ state: TaskState.TASK_STATE_COMPLETED, text: 'Paid; the seller settles within seconds.', data },
    artifacts: [artifactOf('receipt', 'receipt', data)],
  }
}

/** Who the agent is, and what it asks for and sells at present; or what the whole market does. */
async function introduced(purchase: Purchase): Promise<Outcome> {
  const { seller } = purchase
  const of = seller === undefined ? {} : { agent: seller.wallet ?? zeroAddress }
  const { data: open } = await answerOf(purchase, openIntents, { ...of, limit: MAX_OFFERS })
  return {
    state: TaskState.TASK_STATE_COMPLETED,
    text: 'To buy, send {"intent": {"agent", "side": "buy", "capability", "quantity", "price", "lot", "start", "end"}}.',
    data: { intents: open.length },
    artifacts: [
      ...(seller === undefined ? [] : [artifactOf('agent', 'agent', clipped(seller))]),
      artifactOf('intents', 'intents', { intents: clipped(open) }),
    ],
  }
}

async function offered(purchase: Purchase): Promise<Outcome> {
  const { feed, record, signal } = purchase
  const ending = AbortSignal.any([signal, AbortSignal.timeout(WAIT * 1000)])
  const filter = filterOf({ event: ['offer'], intent: record.intent && [record.intent.hash] })
  let after = feed.newest
  let found = await offersTo(purchase)
  while (found.length === 0 && !ending.aborted) {
    after = (await nextEvents(feed, { filter, after, seconds: WAIT }, ending)).next
    found = await offersTo(purchase)
  }
  if (found.length === 0) return wanting('There is no offer yet. Send {} to wait on, or cancel.', {})
  return {
    ...wanting('Send {"offer": id} of the one that you take, or {} to look again.', {
      offers: found.map(({ id, seller, quantity, price, lot, payment, expiry }) => {
        return { id, seller, quantity, price, lot, payment, expiry }
      }),
    }),
    artifacts: found.map((offer) => artifactOf('offer', offer.id, offer)),
  }
}

/** Offers to the client's wish that can still be accepted, the cheapest first. */
async function offersTo(purchase: Purchase): Promise<OfferView[]> {
  const { seller, record } = purchase
  const answer = await answerOf(purchase, offers, { hash: record.intent?.hash, limit: MAX_OFFERS })
  return (answer.data as OfferView[])
    .filter((offer) => seller === undefined || offer.seller === seller.wallet)
    .toSorted((a, b) => (BigInt(a.payment) < BigInt(b.payment) ? -1 : 1))
}

// biome-ignore lint/suspicious/noExplicitAny: what a route answers is what its schema says
type Answer = any

/** Asks as a client of REST would. */
function answerOf(
  { context, request }: Purchase,
  route: Pick<typeof offers, 'answer'>,
  given: Record<string, unknown>,
): Promise<Answer> {
  return route.answer(given, context, request)
}

function wanting(text: string, data: object): Outcome {
  return { state: TaskState.TASK_STATE_INPUT_REQUIRED, text, data, artifacts: [] }
}

function foreignOffer(received: Hex): ApiError {
  return new ApiError(404, 'OFFER_UNKNOWN', 'This is no offer to this task that can be accepted.', {
    field: 'offer',
    received,
    remedy: 'Send {} to be told of those that are there now.',
  })
}
