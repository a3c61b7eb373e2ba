import type { Intent } from '../protocol/types.ts'

/** What an intent says beyond who makes it, where, and until when. */
export type IntentDraft = Pick<
  Intent,
  'side' | 'capability' | 'quantity' | 'price' | 'lot' | 'start' | 'end'
> & {
  /** Seconds from now until it expires. */
  life?: bigint
  /** H3 cell in which it is to be delivered, '' for anywhere; by default the agent's own. */
  area?: string
}

let lastNonce = 0n

/** Nonces of intents grow, across restarts too, so that a later intent takes the place of an earlier one. */
export function nextNonce(): bigint {
  const now = BigInt(Date.now()) << 16n
  lastNonce = now > lastNonce ? now : lastNonce + 1n
  return lastNonce
}
