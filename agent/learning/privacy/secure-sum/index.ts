/** Secure sums: of what everybody has, the sum alone is seen. */
export { bucketedAggregate, drawBuckets, meanOfSum } from './buckets.ts'
export type { Sign, Verify } from './checks.ts'
export type {
  EncryptedShare,
  ForwardedShare,
  KeyAdvertisement,
  MaskedInput,
  OpenShare,
  SecureSumMessage,
  ShareBundle,
  SurvivorsConfirmation,
  Unmasking,
} from './messages.ts'
export { SecureSumParticipant, type SecureSumParticipantInit } from './participant.ts'
export { type SecureSum, SecureSumServer } from './server.ts'
export { type SecureSumSession, type SecureSumTerms, secureSumSession } from './session.ts'
