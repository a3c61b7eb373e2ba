/** Models that learn, and the rules by which they do. */

export { autoregression, forecast, laggedExamples } from './autoregression.ts'
export type { Convolution, Picture } from './layers.ts'
export { checkExamples, type Examples, type Model } from './model.ts'
export {
  type ConvolutionalShape,
  convolutionalNetwork,
  linearRegression,
  mlp,
  softmaxRegression,
} from './networks.ts'
export {
  type AdamOptions,
  adam,
  momentum,
  type Optimiser,
  type OptimiserState,
  sgd,
} from './optimisers.ts'
