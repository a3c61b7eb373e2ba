import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import type { ServiceMessage } from '../../../protocol/wire/services.ts'
import type { Tariff } from '../../network/request-limits.ts'
import type { Policy } from '../../policy/limits.ts'

const DAY = 24n * 3600n

/** The protocol by which services are asked, and paid. */
export const PROTOCOL = { name: 'services', version: 1 } as const
export const VERSIONS: readonly ProtocolId[] = [PROTOCOL]

/** Longest message in bytes: the longest question or answer, and what goes with it. */
export const MAX_MESSAGE_BYTES = MAX_SERVICE_BYTES + 2048

/** How long a quote holds, in seconds. */
export const QUOTE_LIFE = 60n
/** Answers that may be unpaid at a time, unless a service says otherwise; and most that an asker makes use of. */
export const DEFAULT_CREDIT = 4
export const MAX_CREDIT = 64
/** Part of its concurrency that one asker of a free service has: one in so many. */
export const FREE_SHARE = 4
/** The attribute by which a capability tells what an answer costs, in minor units of the payment token. */
export const PRICE = 'price'
/** Requests that an asker pays into escrow at a time, unless it says otherwise. */
export const DEFAULT_REQUESTS = 16
/** Most questions that wait for their turn at one provider. */
export const MAX_WAITING = 1_000
/** Most providers at which an agent has a tab at a time. */
export const MAX_TABS = 256
/** Most tabs that one asker may have at a provider. */
export const MAX_TABS_PER_ASKER = 4

/** How long opening a tab may take, in milliseconds: a quote, two signatures and a transaction. */
export const OPEN_TIMEOUT = 60_000
/** How long an answer may take, in milliseconds, unless who asks or who serves says otherwise. */
export const WORK_TIMEOUT = 30_000
/** Most that they may say; timers end at once beyond 2^31 ms. */
export const MAX_WORK_TIMEOUT = 3_600_000
/** How long a peer may take to look up whether it has an answer, in milliseconds; and how many are asked. */
export const RECALL_TIMEOUT = 500
export const MAX_RECALLED = 3

/** Without a question for so long, in milliseconds, an asker closes its tab; a provider waits for longer. */
export const ASKER_IDLE = 30_000
export const PROVIDER_IDLE = 90_000
/** How often a provider looks for tabs to close, in milliseconds. */
export const LOOK_INTERVAL = 1_000
/** How often a tab is written down while it is in use, in milliseconds: a crash forgets what came since. */
export const SAVE_INTERVAL = 1_000
/** Seconds before its deadline at which a provider closes a tab: its transaction has to get into a block. */
export const CLOSING_MARGIN = 60n
/** Seconds for which a tab is open at most. */
export const TAB_DURATION = 1_800n

/**
 * What agreements about services have instead of what the agent's policy says. Vouchers pay for each answer when it has
 * come, so that neither side need risk anything on the other's staying; and for answers that no voucher pays, a provider's
 * word is worth nothing against the asker's, which has a day to say so.
 */
export const TAB_POLICY: Partial<Policy> = {
  penaltyBps: { own: 0n, least: 0n, most: 0n },
  splitBps: { own: 0n, least: 0n, most: 0n },
  window: { own: DAY, least: DAY, most: DAY },
  exposurePercent: 0n,
  // With less, the buyer could have its payment back before the provider's transaction is in a block.
  minDuration: TAB_DURATION / 2n,
}

/** Most answers that are kept to be given again, and how much they may hold together, in bytes. */
export const MAX_ANSWERS_KEPT = 10_000
export const MAX_BYTES_KEPT = 64 * 1024 * 1024

/**
 * What the messages of one peer cost. A question takes two signatures' time; what it is to be worked on is the service's
 * own to limit.
 */
export const TARIFF: Tariff<'stream' | ServiceMessage['type']> = {
  protocol: 'services',
  quota: { perMinute: 30_000, burst: 5_000 },
  costs: {
    stream: 10,
    quoteRequest: 50,
    quote: 1,
    question: 1,
    answer: 1,
    recall: 1,
    closing: 10,
    refusal: 1,
  },
}
