/** Where models come from: signed statements, back to the first model. */
export { readOrigin, type SignedOrigin, signOrigin } from './envelope.ts'
export { type Claim, verifyHistory } from './history.ts'
export type { ModelOrigin, UpdateOrigin } from './statement.ts'
