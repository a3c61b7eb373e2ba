import '../../style/facts.css'
import './agreement.css'
import { useRoute } from 'preact-iso'
import { useQuery } from '../../api/use-query.ts'
import type { AgreementView, DisputeView } from '../../api/views.ts'
import { money } from '../../format/amounts.ts'
import { shortHex } from '../../format/names.ts'
import { bounded } from '../../format/strangers.ts'
import { utc } from '../../format/times.ts'
import { ENERGY_LOT, energyPrice, tradedText } from '../../format/traded.ts'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Known } from '../../ui/states.tsx'
import { Hash, Status, Who } from '../../ui/who.tsx'
import type { Network } from '../../wallet/network.ts'
import { Dispute } from '../governance/dispute.tsx'
import { historyOf } from './history.ts'
import { Money } from './money.tsx'
import { Timeline } from './timeline.tsx'
import { Verification } from './verification.tsx'

/** One agreement: what was agreed, what happened to it, who got what, and whether both have signed it. */
export function Agreement() {
  const { id = '' } = useRoute().params
  const agreement = useQuery<AgreementView>(`/v1/agreements/${encodeURIComponent(id)}`, {
    refreshOn: ['agreement'],
  })
  return (
    <>
      <Heading title={`Agreement ${shortHex(bounded(id, 66))}`}>
        Both sides signed it; its id is the hash of what they signed. Money moves as it says, and by no other
        way.
      </Heading>
      <Known query={agreement} what="the agreement">
        {(view) => <Whole view={view} />}
      </Known>
    </>
  )
}

function Whole({ view }: { view: AgreementView }) {
  return (
    <>
      <Figures>
        <Figure name="Stands at" value={<Status status={view.status} />} hint={sides(view)} />
        <Figure name="Quantity" value={tradedText(view.quantity, view.lot)} />
        <Price view={view} />
        <Figure name="Payment" value={money(view.payment ?? sum(view), 6)} unit="$" />
      </Figures>
      <div class="columns">
        <div>
          <Panel title="What happened" note="As the chain recorded it">
            <Timeline steps={historyOf(view)} />
          </Panel>
          <DisputeOf view={view} />
          <Money view={view} />
        </div>
        <div>
          <Verification view={view} />
          <Terms view={view} />
        </div>
      </div>
    </>
  )
}

function Price({ view: { price, lot } }: { view: AgreementView }) {
  if (lot === ENERGY_LOT) return <Figure name="Price" value={energyPrice(price, lot)} unit="$/kWh" />
  const hint = price === null ? 'of a spot trade the chain tells none' : `for each lot of ${lot}`
  return <Figure name="Price" value={money(price, 6)} unit="$" hint={hint} />
}

function sides({ seller, buyer }: AgreementView) {
  if (seller === null || buyer === null) return 'its terms never reached the chain'
  return (
    <>
      <Who address={seller} /> sells to <Who address={buyer} />
    </>
  )
}

/** The case before jurors, where there is one. */
function DisputeOf({ view }: { view: AgreementView }) {
  const hasCase = view.disputedAt !== null && view.arbitrator !== null && !/^0x0+$/.test(view.arbitrator)
  const network = useQuery<Network>(hasCase ? '/v1/network' : undefined)
  const escrow = network.answer?.data.deployment.contracts.intentEscrow
  const dispute = useQuery<DisputeView>(escrow && `/v1/disputes/${escrow}/${view.id}`, {
    refreshOn: ['dispute', 'agreement'],
    polls: true,
  })
  if (!hasCase) return null
  return (
    <Panel title="Dispute" note="Before jurors drawn from staked agents">
      <Known query={dispute} what="the dispute">
        {(found) => <Dispute dispute={found} />}
      </Known>
    </Panel>
  )
}

function Terms({ view }: { view: AgreementView }) {
  return (
    <Panel title="Terms" note="What both signed">
      <dl class="facts">
        <dt>Id</dt>
        <dd>
          <code class="whole">{view.id}</code>
        </dd>
        <dt>Buyer</dt>
        <dd>
          <Who address={view.buyer} />
        </dd>
        <dt>Seller</dt>
        <dd>
          <Who address={view.seller} />
        </dd>
        {view.deadline !== null && (
          <>
            <dt>Deadline</dt>
            <dd>{utc(view.deadline)}</dd>
          </>
        )}
        {view.penaltyBps !== null && (
          <>
            <dt>Who fails late loses</dt>
            <dd>{view.penaltyBps / 100} %</dd>
          </>
        )}
        {view.feeBps !== null && (
          <>
            <dt>Protocol fee</dt>
            <dd>{view.feeBps / 100} %</dd>
          </>
        )}
        <dt>Intent</dt>
        <dd>
          <Hash hex={view.intentHash} />
        </dd>
        <dt>Terms</dt>
        <dd>
          <Hash hex={view.termsHash} /> <span class="soft">only the parties know them</span>
        </dd>
      </dl>
    </Panel>
  )
}

/** Of a spot trade, what was paid. */
function sum({ received, fee, refunded }: AgreementView): bigint | null {
  return received === null ? null : BigInt(received) + BigInt(fee ?? 0) + BigInt(refunded ?? 0)
}
