import { parentPort } from 'node:worker_threads'
import { answerLearning, type LearningQuestion } from './learning/training/work.ts'

/** A thread that learns: it loads nothing but the pure parts, so that it starts soon. */
parentPort?.on('message', (question: LearningQuestion) => parentPort?.postMessage(answered(question)))

/** Undefined where it failed: whoever asked learns why by doing it. */
function answered(question: LearningQuestion): Float32Array | Int32Array | undefined {
  try {
    return answerLearning(question)
  } catch {
    return undefined
  }
}
