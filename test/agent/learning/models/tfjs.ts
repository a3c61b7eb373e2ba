import { createRequire } from 'node:module'
import type * as TensorFlow from '@tensorflow/tfjs'

/** TensorFlow.js on its plain backend. As a module it would come without gradients under Node. */
export const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof TensorFlow

await tf.setBackend('cpu')
