import { Worker } from 'node:worker_threads'
import {
  answerLearning,
  type FixedPointAggregation,
  federationOf,
  type Learner,
  type LearningQuestion,
  type LearningSimulation,
  type LocalTask,
  learnerOf,
  openSimulation,
  type SimulatedRound,
} from '../agent/index.ts'
import { childModule } from './child-module.ts'

/** What a thread says to a question: undefined where it failed, so that whoever asked learns why by doing it. */
type Answer = Float32Array | Int32Array | undefined

/** Coordinates that are aggregated at a time: so many that asking for them costs little. */
const CHUNK = 2 ** 16

/**
 * Threads that train and aggregate. What comes of it is the same to the bit for any number of them: every answer depends on
 * its question alone, and stands at its place whenever it comes.
 *
 * @example
 * ```ts
 * await using threads = new LearningThreads(2)
 * await threads.aggregate(updates, { rule: 'median', trim: 0, clip: 1_000_000 })
 * ```
 */
export class LearningThreads implements AsyncDisposable {
  readonly #threads: Thread[]

  /** @param count at least 1 */
  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => new Thread())
  }

  /** By how much parameters change for each of the tasks of a round, in their sequence. @throws what `train` does */
  async train(
    learner: Learner,
    parameters: Float32Array,
    tasks: readonly LocalTask[],
  ): Promise<Float32Array[]> {
    const asked = tasks.map(({ examples, seed }) => () => ({ learner, parameters, examples, seed }))
    return (await this.#askAll(asked)) as Float32Array[]
  }

  /**
   * The aggregate of whole updates, in fixed point, as `aggregateInFixedPoint` has it.
   *
   * @param updates vectors of one length
   * @throws RangeError when there are no updates, too many, or of different lengths
   */
  async aggregate(updates: readonly Int32Array[], aggregation: FixedPointAggregation): Promise<Int32Array> {
    const lengths = new Set(updates.map((update) => update.length))
    const [length = 0] = lengths
    const isOne = lengths.size < 2 && length > 0
    const starts = isOne ? Array.from({ length: Math.ceil(length / CHUNK) }, (_, i) => i * CHUNK) : []
    const slice = (start: number) => updates.map((update) => update.slice(start, start + CHUNK))
    if (!isOne) return answerLearning({ updates, aggregation }) as Int32Array
    const chunks = await this.#askAll(starts.map((start) => () => ({ updates: slice(start), aggregation })))
    const result = new Int32Array(length)
    for (const [index, chunk] of chunks.entries()) result.set(chunk, index * CHUNK)
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  /** Whichever thread is free takes the next question. */
  async #askAll(questions: readonly (() => LearningQuestion)[]): Promise<(Float32Array | Int32Array)[]> {
    const answers = new Array<Float32Array | Int32Array>(questions.length)
    const open = questions.entries()
    await Promise.all(
      this.#threads.map(async (thread) => {
        for (const [index, ask] of open) {
          const question = ask()
          answers[index] = (await thread.ask(question)) ?? answerLearning(question)
        }
      }),
    )
    return answers
  }
}

/** One thread, which answers questions in their sequence. */
class Thread {
  readonly #worker = new Worker(childModule('../agent/learning-worker', import.meta.url))
  readonly #asked: PromiseWithResolvers<Answer>[] = []
  #failure: unknown

  constructor() {
    this.#worker.on('message', (found: Answer) => this.#asked.shift()?.resolve(found))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('A thread of learning has ended.')))
  }

  async ask(question: LearningQuestion): Promise<Answer> {
    const asked = Promise.withResolvers<Answer>()
    if (this.#failure !== undefined) throw this.#failure
    this.#asked.push(asked)
    this.#worker.postMessage(question)
    return asked.promise
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    for (const { reject } of this.#asked.splice(0)) reject(error)
  }
}

/**
 * The rounds of `simulateLearning`, whose clients are trained by threads: the same rounds.
 *
 * @throws what `simulateLearning` does
 */
export async function* simulateInThreads(
  simulation: LearningSimulation,
  count: number,
): AsyncGenerator<SimulatedRound, void> {
  const federation = federationOf(simulation)
  const learner = learnerOf(simulation)
  await using threads = new LearningThreads(count)
  for (const { parameters, tasks, close } of openSimulation(simulation, federation)) {
    yield close(await threads.train(learner, parameters, tasks))
  }
}
