import { AbstractStream } from '@libp2p/utils'

/** What went over streams of this process, by protocol, and the streams that it came in by. */
export interface Traffic {
  /** Chunks as they were sent; most are one frame with its length before it. */
  readonly sent: ReadonlyMap<string, readonly Uint8Array[]>
  /** How many streams that others opened are not over. */
  open(protocol: string): number
  /** Ends the recording; streams are watched on. */
  stop(): void
}

/** Most chunks of a protocol that are kept. */
const MOST = 200

/** Records what all nodes of this process say to one another from now on: real traffic to be made hostile. */
export function recordTraffic(): Traffic {
  const { send, onData } = AbstractStream.prototype
  const sent = new Map<string, Uint8Array[]>()
  const inbound = new Set<AbstractStream>()
  AbstractStream.prototype.send = function (this: AbstractStream, data) {
    // Without a protocol it is still being negotiated.
    if (this.protocol !== '') {
      const chunks = sent.get(this.protocol) ?? []
      if (chunks.length < MOST) chunks.push(data.subarray().slice())
      sent.set(this.protocol, chunks)
    }
    return send.call(this, data)
  }
  AbstractStream.prototype.onData = function (this: AbstractStream, data) {
    if (this.direction === 'inbound') inbound.add(this)
    onData.call(this, data)
  }
  return {
    sent,
    open(protocol) {
      for (const stream of inbound) if (stream.status !== 'open') inbound.delete(stream)
      return [...inbound].filter((stream) => stream.protocol === protocol).length
    },
    stop() {
      AbstractStream.prototype.send = send
    },
  }
}
