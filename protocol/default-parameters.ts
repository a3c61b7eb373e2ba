import type { Admission, Quota, SpamRules } from './network-parameters.ts'

/**
 * The rules of a network until its governance changes them, and of one that has none: they admit everybody. A new
 * `MeshDirectory` begins with them, and so does an agent without a chain.
 */
export const DEFAULT_RULES: { admission: Admission; quota: Quota; spamRules: SpamRules } = {
  admission: { minStake: 0n, minReputation: 0 },
  // A home repeats its intent twice a second, and whenever a part of it is traded.
  quota: { perMinute: 600, burst: 100 },
  spamRules: {
    maxMessageBytes: 16_384,
    maxIntentLife: 86_400,
    maxLiveIntents: 64,
    // A home of sixteen has up to 143 at the busiest slot of a day, for offers bind it for fifteen seconds.
    maxLiveOffers: 1_000,
    // Of the mildest kind; two forgeries or five messages of garbage weigh as much.
    invalidTolerance: 50,
    muteDuration: 600,
  },
}
