/** How models and updates are written. */
export { ErrorFeedback } from './error-feedback.ts'
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
export type { Dtype, Tensor, TensorOf, Tensors } from './tensors.ts'
export { type Compression, decodeUpdate, type EncodedUpdate, encodeUpdate } from './update.ts'
