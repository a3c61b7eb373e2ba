import { parentPort } from 'node:worker_threads'
import { answer, type Question } from './learning-work.ts'

/** What a thread says to a question: undefined where it failed, so that whoever asked learns why by doing it. */
export type Answer = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | undefined

parentPort?.on('message', (question: Question) => parentPort?.postMessage(answered(question)))

function answered(question: Question): Answer {
  try {
    return answer(question) as Answer
  } catch {
    return undefined
  }
}
