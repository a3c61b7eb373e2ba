import { ConfigError, RefusedError } from '../protocol/errors.ts'
import { abortable, either } from './network/abortable.ts'

/** How a call that waits is ended early. */
export interface Abortable {
  /** When it is aborted, the call rejects with its reason. What was signed or sent by then stays recorded, and goes on. */
  signal?: AbortSignal | undefined
}

/** Whether an agent is in the mesh. It joins and leaves one after the other, and what waits ends when it leaves. */
export class Lifecycle {
  /** From the wish to join on, until the wish to leave. */
  #leaving: AbortController | undefined
  #changing: Promise<unknown> = Promise.resolve()

  /**
   * Joins, when the last leave is over.
   *
   * @param join has cleared up after itself when it rejects
   * @throws ConfigError `ALREADY_CONNECTED`; RefusedError `DISCONNECTED` when the agent was told to leave meanwhile; what
   *   `signal` was aborted with, or `join` throws
   */
  async enter(join: (signal: AbortSignal) => Promise<void>, { signal }: Abortable): Promise<void> {
    if (this.#leaving !== undefined) throw alreadyConnected()
    const leaving = new AbortController()
    this.#leaving = leaving
    try {
      const until = either(leaving.signal, signal)
      await this.#inTurn(async () => {
        until.throwIfAborted()
        await join(until)
      })
    } catch (error) {
      if (this.#leaving === leaving) this.#leaving = undefined
      throw error
    }
  }

  /** Leaves: ends what waits, a join too, and then takes `leave`. Does nothing else where the agent has not joined. */
  async exit(leave: () => Promise<void>): Promise<void> {
    this.#leaving?.abort(disconnected())
    this.#leaving = undefined
    await this.#inTurn(leave)
  }

  /** Aborted when `signal` is, or when the agent leaves. @throws ConfigError `NOT_CONNECTED` */
  until({ signal }: Abortable): AbortSignal {
    if (this.#leaving === undefined) throw notConnected()
    return either(this.#leaving.signal, signal)
  }

  /**
   * Waits for an action no longer than `signal` lets it, or the agent is in the mesh.
   *
   * @throws ConfigError `NOT_CONNECTED`; RefusedError `DISCONNECTED`; what `signal` was aborted with, or `action` throws
   */
  async wait<T>(options: Abortable, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const until = this.until(options)
    return abortable(() => action(until), until)
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(step)
    this.#changing = done.catch(() => undefined)
    return done
  }
}

export function notConnected(): ConfigError {
  return new ConfigError('NOT_CONNECTED', 'The agent is not connected.', { remedy: 'Await connect() first.' })
}

function alreadyConnected(): ConfigError {
  return new ConfigError('ALREADY_CONNECTED', 'The agent is connected, or about to be.', {
    remedy:
      'Call connect() once, or disconnect() before: whoever leaves, leaves for all that use this agent.',
  })
}

export function disconnected(): RefusedError {
  return new RefusedError('DISCONNECTED', 'The agent left the mesh before this was done.', {
    remedy: 'Connect again with the same directory: what was signed is there, and goes on.',
  })
}
