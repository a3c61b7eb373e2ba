import { useEffect, useState } from 'preact/hooks'
import type { ShownOffer } from '../../../protocol/shown-offer.ts'
import type { Release } from '../../../protocol/types.ts'
import { ApiFault } from '../../api/get.ts'
import { useQuery } from '../../api/use-query.ts'
import type { AgreementView, OfferView } from '../../api/views.ts'
import { toWalletFault } from '../../wallet/fault.ts'
import { wallet } from '../../wallet/wallet.ts'
import { PurchaseFault } from './fault.ts'
import { type Asked, accept, checkOffers, delivered, pay, publish, type Wish } from './purchase.ts'

/** Milliseconds between two questions whether the seller has delivered. */
const POLL = 1_000

/** How far a purchase is. */
export interface Purchase {
  asked: Asked | undefined
  /** Offers that were checked, the cheapest first. */
  offers: readonly ShownOffer[]
  accepted: ShownOffer | undefined
  due: Release | undefined
  agreement: AgreementView | undefined
  isBusy: boolean
  fault: { message: string; remedy: string } | undefined
  ask(wish: Wish): void
  accept(offer: ShownOffer): void
  pay(): void
  restart(): void
}

/** One purchase, from the intent to the settlement; the reader decides each step that is signed. */
export function usePurchase(): Purchase {
  const [asked, setAsked] = useState<Asked>()
  const [offers, setOffers] = useState<readonly ShownOffer[]>([])
  const [accepted, setAccepted] = useState<ShownOffer>()
  const [due, setDue] = useState<Release>()
  const [isBusy, setBusy] = useState(false)
  const [fault, setFault] = useState<Purchase['fault']>()
  const shown = useQuery<OfferView[]>(
    asked && !accepted ? `/v1/intents/${asked.hash}/offers?limit=50` : undefined,
    {
      refreshOn: ['offer'],
      polls: true,
    },
  )
  const { answer } = useQuery<AgreementView>(accepted && `/v1/agreements/${accepted.id}`, {
    refreshOn: ['agreement'],
    polls: true,
  })

  useEffect(() => {
    if (asked === undefined || shown.answer === undefined) return
    let isGone = false
    checkOffers(shown.answer.data, asked).then((checked) => {
      if (!isGone) setOffers(checked)
    }, fail)
    return () => {
      isGone = true
    }
  }, [shown.answer, asked])

  useEffect(() => {
    if (accepted === undefined || due !== undefined) return
    const timer = setInterval(() => delivered(accepted).then((found) => found && setDue(found), ignore), POLL)
    return () => clearInterval(timer)
  }, [accepted, due])

  function fail(error: unknown) {
    const isOurs = error instanceof ApiFault || error instanceof PurchaseFault
    setFault(isOurs ? error : toWalletFault(error))
  }
  async function step(action: () => Promise<void>) {
    setBusy(true)
    setFault(undefined)
    await action().catch(fail)
    setBusy(false)
  }
  const signer = () => {
    if (wallet.value !== undefined) return wallet.value
    throw new PurchaseFault('Nobody signs yet.', 'Choose a burner key or a wallet first.')
  }
  return {
    ...{ asked, offers, accepted, due, agreement: answer?.data, isBusy, fault },
    ask: (wish) =>
      void step(async () => {
        setOffers([])
        setAsked(await publish(signer(), wish))
      }),
    accept: (offer) =>
      void step(async () => {
        await accept(signer(), offer)
        setAccepted(offer)
      }),
    pay: () => void step(async () => due && pay(signer(), due)),
    restart() {
      setAsked(undefined)
      setOffers([])
      setAccepted(undefined)
      setDue(undefined)
      setFault(undefined)
    },
  }
}

/** What cannot be asked now is asked again in a second. */
function ignore() {}
