import * as agents from '../routes/agents.ts'
import { agreement, agreements } from '../routes/agreements.ts'
import * as energy from '../routes/energy.ts'
import { intents } from '../routes/intents.ts'
import { offers } from '../routes/offers.ts'
import { rides } from '../routes/rides.ts'
import { stats } from '../routes/stats.ts'
import { trades } from '../routes/trades.ts'
import * as agreementActions from '../routes/trading/agreements.ts'
import { deal } from '../routes/trading/deals.ts'
import * as deliveryActions from '../routes/trading/deliveries.ts'
import * as intentActions from '../routes/trading/intents.ts'
import * as offerActions from '../routes/trading/offers.ts'
import * as withdrawalActions from '../routes/trading/withdrawals.ts'
import { acts, pays, prepares, reads } from './route-tool.ts'
import type { Tool } from './tool.ts'
import { watch } from './watch.ts'

/** What a language model can do here, most of it by the routes of the API. */
export const tools: readonly Tool[] = [
  reads('search_agents', agents.agents, 'Search by what they can do, where they are, reputation or words.'),
  reads('get_agent', agents.agent),
  reads('search_intents', intents, 'What others ask for or sell at present.'),
  reads('list_offers', offers, 'An offer binds for seconds; `id` is what prepare_agreement takes.'),
  reads('search_agreements', agreements),
  reads('get_agreement', agreement),
  reads('list_trades', trades, 'What was delivered and paid for.'),
  reads('list_rides', rides),
  reads('list_energy_markets', energy.energyMarkets),
  reads('list_energy_slots', energy.energySlots),
  reads('get_order_book', energy.energySlotOrders),
  reads('list_energy_prices', energy.energyPrices),
  reads('get_market_stats', stats),
  prepares(
    'prepare_intent',
    intentActions.prepareIntent,
    'Have the wallet of `agent` sign `data.typedData`, then call publish_intent.',
  ),
  acts(
    'publish_intent',
    intentActions.publishIntent,
    'Takes `data.intent` of prepare_intent as it is. Then call list_offers, or watch for more.',
  ),
  prepares(
    'prepare_agreement',
    agreementActions.prepareAgreement,
    'Compare who pays whom for what with what the user wants before anything is signed; then call accept_offer.',
  ),
  pays(
    'accept_offer',
    agreementActions.acceptOffer,
    "Binds the buyer and moves its payment into escrow: ask the user first. `funding` is {kind: 'authorization', validAfter, validBefore, signature} of the signed `data.authorization`.",
  ),
  reads('get_delivery', agreementActions.release, 'Have `data.release` signed, then call release_payment.'),
  pays('release_payment', agreementActions.releasePayment, 'Pays the seller for good.'),
  prepares(
    'prepare_offer',
    offerActions.prepareOffer,
    'Sells to an intent of search_intents. Have the wallet of `agent` sign `data.typedData`, then call make_offer.',
  ),
  pays(
    'make_offer',
    offerActions.makeOffer,
    "Binds the seller and its stake: ask the user first. Takes the members of prepare_offer's `data.offer`.",
  ),
  reads('get_deal', deal, 'A seller delivers when it is `opened`.'),
  prepares('prepare_delivery', deliveryActions.prepareDelivery, 'Have both signed, then call deliver.'),
  acts('deliver', deliveryActions.deliver),
  prepares('prepare_withdrawal', withdrawalActions.prepareWithdrawal),
  acts('withdraw', withdrawalActions.withdraw),
  watch,
]
