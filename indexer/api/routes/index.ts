import { agentCardRoute, marketCardRoute } from '../a2a/routes.ts'
import { openApiDocument } from '../openapi.ts'
import type { Route } from '../route.ts'
import { streamDocumentation } from '../stream.ts'
import * as agents from './agents.ts'
import { agreement, agreements } from './agreements.ts'
import * as disputes from './disputes.ts'
import * as energy from './energy.ts'
import * as governance from './governance.ts'
import { health, ready } from './health.ts'
import { intents } from './intents.ts'
import * as apiKeys from './keys.ts'
import * as learning from './learning.ts'
import { network } from './network.ts'
import { offers } from './offers.ts'
import { rides } from './rides.ts'
import { askService } from './services.ts'
import { stats, statsSeries } from './stats.ts'
import { trades } from './trades.ts'
import * as agreementActions from './trading/agreements.ts'
import { deal } from './trading/deals.ts'
import * as deliveryActions from './trading/deliveries.ts'
import * as intentActions from './trading/intents.ts'
import * as offerActions from './trading/offers.ts'
import * as withdrawalActions from './trading/withdrawals.ts'
import * as webhooks from './webhooks/webhooks.ts'

/** The routes that are all alike. */
export const routes: Route[] = [
  ...Object.values(agents),
  ...[intents, offers, agreements, agreement, trades, rides],
  ...Object.values(energy),
  ...Object.values(disputes),
  ...Object.values(governance),
  ...Object.values(learning),
  ...[stats, statsSeries, network, health, ready, marketCardRoute, agentCardRoute],
  ...Object.values(intentActions),
  ...Object.values(offerActions),
  ...Object.values(agreementActions),
  ...Object.values(webhooks),
  ...Object.values(deliveryActions),
  ...Object.values(withdrawalActions),
  deal,
  ...Object.values(apiKeys),
]

/** The description of the whole API, as OpenAPI. */
export function apiDocument() {
  return openApiDocument(routes, [streamDocumentation, askService.documentation])
}
