import type { Generated } from 'kysely'
import type { Address, Hex } from '../../../protocol/types.ts'

/** Times are Unix milliseconds by the clock of the process that wrote them. */

/** Where somebody wants to be told of events. */
export interface WebhookRow {
  /** Digest of the request that registered it. */
  id: Hex
  owner: Address
  url: string
  /** As the query of `GET /v1/stream`. */
  filter: string
  /** In the clear: every delivery is signed with it. */
  secret: string
  createdAt: number
  /** When its receiver first proved that it wants to be told; until then it is told nothing but that question. */
  confirmedAt: number | null
  /** Since when it is told nothing, because it failed all the time. */
  disabledAt: number | null
  /** How often in a row it could not be told, since when, when it is tried again, and what was wrong. */
  failures: number
  failingSince: number | null
  dueAt: number
  error: string | null
}

/** What a webhook is to be told, or could not be. */
export interface WebhookDeliveryRow {
  /** Order in which a webhook is told. */
  sequence: Generated<number>
  webhook: Hex
  /** Id of the event: the same however often it is told. */
  event: string
  type: string
  /** JSON text, as it is signed and sent. */
  body: string
  createdAt: number
  attempts: number
  error: string | null
  /** When it was given up: a dead letter. */
  diedAt: number | null
}

/** Up to which event of the outbox all webhooks have what they are to be told; one row. */
interface WebhookPlaceRow {
  singleton: Generated<boolean>
  place: number
}

/** A signed request that was acted upon, kept until it expires. */
interface WebhookRequestRow {
  digest: Hex
  /** Unix seconds. */
  expiry: number
}

export interface WebhookTables {
  webhooks: WebhookRow
  webhookDeliveries: WebhookDeliveryRow
  webhookPlace: WebhookPlaceRow
  webhookRequests: WebhookRequestRow
}
