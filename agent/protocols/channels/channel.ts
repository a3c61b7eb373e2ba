import type { PeerId, Stream } from '@libp2p/interface'
import * as lp from 'it-length-prefixed'
import { MeshError, RefusedError, TimeoutError, WireError } from '../../../protocol/errors.ts'
import type { Frame } from '../../../protocol/wire/codec.ts'
import { chunksOf } from '../../network/streams.ts'
import { ANSWER_TIMEOUT, CLOSE_TIMEOUT, MAX_INBOUND, MAX_PENDING, MAX_UNSENT_BYTES } from './constants.ts'

/** How the messages of a protocol are written, and read. */
export interface Codec<Message> {
  /** Without length prefix. */
  encode(frame: Frame<Message>): Uint8Array
  /** @throws WireError naming the field */
  decode(bytes: Uint8Array): Frame<Message>
}

/** A message together with the means to answer it. */
export interface Inbound<Message> {
  message: Message
  /** Number of the message, to be given as `replyTo`. */
  id: bigint
}

interface Waiting<Message> {
  resolve: (inbound: Inbound<Message>) => void
  reject: (error: Error) => void
}

/**
 * Numbered messages over one long-lived stream: opening a stream costs two round trips, a message on an open one
 * costs half of one. Either side may ask, and answers find their question by number.
 */
export class Channel<Message extends { type: string }> {
  readonly peer: PeerId
  readonly #stream: Stream
  readonly #codec: Codec<Message>
  readonly #maxInbound: number
  readonly #waiting = new Map<bigint, Waiting<Message>>()
  readonly #onMessage: (inbound: Inbound<Message>) => Promise<void>
  readonly #checkSize: (length: number) => void
  readonly #charge: (type: Message['type']) => void
  #lastSent = 0n
  #lastReceived = 0n
  #handling = 0
  #isClosed = false

  /**
   * @param onMessage called with each message that answers none of ours; its rejection closes the channel
   * @param checkSize called with the bytes of each frame, before it is read, or sent; throws when they are too many
   * @param charge called with the type of each message that comes; when it throws, the channel is closed
   */
  constructor(
    peer: PeerId,
    stream: Stream,
    { codec, maxInbound = MAX_INBOUND }: { codec: Codec<Message>; maxInbound?: number },
    onMessage: (inbound: Inbound<Message>) => Promise<void>,
    checkSize: (length: number) => void,
    charge: (type: Message['type']) => void,
  ) {
    this.peer = peer
    this.#stream = stream
    this.#codec = codec
    this.#maxInbound = maxInbound
    this.#onMessage = onMessage
    this.#checkSize = checkSize
    this.#charge = charge
  }

  /** Name of the protocol on the wire, with the major version that both sides speak. */
  get protocol(): string {
    return this.#stream.protocol
  }

  /** Whether neither side waits for the other. */
  get #isIdle(): boolean {
    return this.#waiting.size === 0 && this.#handling === 0
  }

  /** Whether messages can still be sent. */
  get isOpen(): boolean {
    const { status, writeStatus } = this.#stream
    return status === 'open' && writeStatus !== 'closing' && writeStatus !== 'closed'
  }

  /**
   * Sends a message.
   *
   * @param replyTo number of the message that it answers
   * @throws RefusedError `CHANNEL_CLOSED`, or `CHANNEL_BUSY` when the peer reads too slowly; RefusedError or WireError
   *   `MESSAGE_TOO_LARGE`
   */
  send(message: Message, replyTo = 0n): bigint {
    if (!this.isOpen) throw closed()
    const frame = this.#codec.encode({ id: this.#lastSent + 1n, replyTo, message })
    this.#checkSize(frame.length)
    if (this.#stream.writeBufferLength + frame.length > MAX_UNSENT_BYTES) {
      throw new RefusedError('CHANNEL_BUSY', 'A peer reads more slowly than it is written to.', {
        field: 'stream',
        expected: `at most ${MAX_UNSENT_BYTES} bytes that wait`,
        received: this.#stream.writeBufferLength,
        remedy: 'Send it less at a time; or wait until it has read what it was sent.',
      })
    }
    this.#lastSent += 1n
    try {
      this.#stream.send(lp.encode.single(frame))
    } catch (cause) {
      throw closed(cause)
    }
    return this.#lastSent
  }

  /**
   * Sends a message and waits for its answer.
   *
   * @param options.replyTo number of the message that it answers itself
   * @param options.timeout milliseconds that the answer may take
   * @throws TimeoutError `ANSWER_LATE`; RefusedError `CHANNEL_CLOSED` or `CHANNEL_BUSY`; whatever `signal` was
   *   aborted with.
   */
  async request(
    message: Message,
    options: { replyTo?: bigint; timeout?: number; signal?: AbortSignal } = {},
  ): Promise<Inbound<Message>> {
    const { replyTo = 0n, timeout = ANSWER_TIMEOUT, signal } = options
    if (this.#waiting.size >= MAX_PENDING) {
      throw new RefusedError('CHANNEL_BUSY', 'Too many requests wait for an answer of this peer.', {
        expected: `at most ${MAX_PENDING}`,
        remedy: 'Wait for some answers first, or ask another peer.',
      })
    }
    signal?.throwIfAborted()
    const id = this.send(message, replyTo)
    const { promise, resolve, reject } = Promise.withResolvers<Inbound<Message>>()
    this.#waiting.set(id, { resolve, reject })
    const timer = setTimeout(() => {
      const error = late(message.type, timeout)
      reject(error)
      // Whoever is silent once may be gone: the next message had better open a new stream.
      this.abort(error)
    }, timeout)
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#waiting.delete(id)
    }
  }

  /**
   * Waits until more can be sent without having to wait for what was sent before. libp2p's own `onDrain` waits but once in
   * the life of a stream.
   *
   * @param timeout milliseconds that the peer may take to read that
   * @throws RefusedError `CHANNEL_CLOSED`; TimeoutError `PEER_SLOW`
   */
  async drained(timeout: number): Promise<void> {
    if (this.isOpen && this.#stream.writableNeedsDrain) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(() => reject(slow(timeout)), timeout)
      const waiting = new AbortController()
      const { signal } = waiting
      this.#stream.addEventListener('drain', () => resolve(), { signal })
      this.#stream.addEventListener('close', () => resolve(), { signal })
      await promise.finally(() => {
        clearTimeout(timer)
        waiting.abort()
      })
    }
    if (!this.isOpen) throw closed()
  }

  /**
   * Reads until the stream ends. Bytes that are no message end it at once.
   *
   * @throws WireError for what the peer is to blame for; RefusedError `CHANNEL_CLOSED` when the stream broke in the
   *   middle of something
   */
  async read(): Promise<void> {
    const options = {
      // What is announced to be too large is not even read. The decoder's own limit would hold for the whole stream.
      onLength: (length: number) => this.#checkSize(length),
      maxDataLength: Number.MAX_SAFE_INTEGER,
    }
    try {
      for await (const bytes of lp.decode(chunksOf(this.#stream), options)) this.#receive(bytes.subarray())
      // Whoever has said all hears no answers either; half a stream would stay for as long as the connection.
      this.close()
    } catch (cause) {
      const error = blame(cause)
      this.#stream.abort(error)
      // That this side ended it, or that the other left while nothing was under way, is no fault.
      const isBroken = error instanceof RefusedError && error.code === 'CHANNEL_CLOSED'
      if (this.#isClosed || (isBroken && this.#isIdle)) return
      throw error
    } finally {
      for (const waiting of this.#waiting.values()) waiting.reject(closed())
    }
  }

  /** Ends the channel when all is under way that was said; what waits for an answer is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT) }).catch(() => this.abort(closed()))
  }

  /** Ends the channel at once. */
  abort(reason: Error): void {
    this.#isClosed = true
    this.#stream.abort(reason)
  }

  #receive(bytes: Uint8Array): void {
    const { id, replyTo, message } = this.#codec.decode(bytes)
    this.#charge(message.type)
    if (id <= this.#lastReceived) {
      throw new WireError('FRAME_OUT_OF_ORDER', 'A frame repeats or precedes an earlier one.', {
        field: 'frame.id',
        expected: `more than ${this.#lastReceived}`,
        received: id,
      })
    }
    this.#lastReceived = id
    const inbound = { message, id }
    if (replyTo > 0n) {
      // An answer to a question that was given up is late, not wrong.
      this.#waiting.get(replyTo)?.resolve(inbound)
      return
    }
    if (this.#handling >= this.#maxInbound) {
      throw new WireError('PEER_FLOODS', 'A peer sends faster than its messages can be handled.', {
        field: 'frame',
        expected: `at most ${this.#maxInbound} at a time`,
      })
    }
    this.#handling += 1
    this.#onMessage(inbound)
      .catch((error: unknown) =>
        this.#stream.abort(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => {
        this.#handling -= 1
      })
  }
}

/** libp2p and the length decoder have errors of their own; those that a peer's bytes cause become ours. */
function blame(cause: unknown): Error {
  if (cause instanceof MeshError) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (name.startsWith('InvalidDataLength') || name === 'InvalidMessageLengthError') {
    return new WireError('MESSAGE_MALFORMED', 'A frame has no proper length.', { field: 'frame', cause })
  }
  return new RefusedError('CHANNEL_CLOSED', 'The stream to a peer broke.', {
    remedy: 'Try again: the peer is dialled anew. When it has gone, search for another.',
    cause,
  })
}

function closed(cause?: unknown): RefusedError {
  return new RefusedError('CHANNEL_CLOSED', 'The stream to a peer is closed.', {
    remedy: 'Open a new one; nothing that was signed is lost.',
    cause,
  })
}

function slow(timeout: number): TimeoutError {
  return new TimeoutError('PEER_SLOW', 'A peer does not read what it is sent.', {
    field: 'stream',
    expected: `within ${timeout} ms`,
    remedy: 'Nothing is to be done: it can ask again.',
  })
}

function late(type: string, timeout: number): TimeoutError {
  return new TimeoutError('ANSWER_LATE', 'A peer did not answer in time.', {
    field: type,
    expected: `within ${timeout} ms`,
    remedy: 'Ask again or another peer: this one is busy, or gone. What was signed stays in the journal.',
  })
}
