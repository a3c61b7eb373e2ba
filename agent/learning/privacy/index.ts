/** Privacy of those who learn together: noise, and what it promises; sums that nobody sees the parts of. */
export { epsilonOf, type NoisyRounds, noiseFor, type PrivacyLoss } from './accountant.ts'
export { type Clipping, clipToGrid } from './clipping.ts'
export { discreteGaussian } from './discrete-gaussian.ts'
export { hideUpdate, locallyPrivate, type NoiseOptions, privateMean } from './noise.ts'
export { type RandomSource, seededBytes } from './random-source.ts'
export { renyiDivergence } from './renyi.ts'
export * from './secure-sum/index.ts'
