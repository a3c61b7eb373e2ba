import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'

/** What everybody can read of the key exchange of a QUIC connection. */
export interface Hello {
  /** TLS group of the key share that the server chose, and the share itself. */
  group: number
  share: Buffer
  /** Whether a key that was agreed on before takes part. */
  hasPreSharedKey: boolean
}

/** Salt of QUIC version 1. Source: RFC 9001, 5.2. */
const SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex')
const TAG_BYTES = 16
const SERVER_HELLO = 2
const KEY_SHARE = 51
const PRE_SHARED_KEY = 41

/**
 * Reads the server's choice from the first datagrams of a connection, which are encrypted with keys that follow from
 * what is in them (RFC 9001, 5.2): against accidents, not against readers.
 *
 * @param first the client's first datagram
 * @param answers the server's first datagrams
 */
export function readServerHello(first: Buffer, answers: readonly Buffer[]): Hello {
  const connectionId = first.subarray(6, 6 + (first[5] ?? 0))
  const initial = createHmac('sha256', SALT).update(connectionId).digest()
  const secret = expand(initial, 'server in', 32)
  const crypto = Buffer.concat(
    answers
      .filter((datagram) => isInitial(datagram))
      .flatMap((datagram) => cryptoFrames(decrypt(datagram, secret)))
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ data }) => data),
  )
  return parseServerHello(crypto)
}

/** Long header, type Initial. */
function isInitial(datagram: Buffer): boolean {
  return ((datagram[0] ?? 0) & 0xb0) === 0x80
}

/** Removes header protection and decrypts the first packet of a datagram. */
function decrypt(datagram: Buffer, secret: Buffer): Buffer {
  const packet = Buffer.from(datagram)
  const reader = new Reader(packet, 5)
  reader.take(reader.byte())
  reader.take(reader.byte())
  reader.take(reader.varint())
  const length = reader.varint()
  const start = reader.offset
  const mask = createCipheriv('aes-128-ecb', expand(secret, 'quic hp', 16), null)
    .update(packet.subarray(start + 4, start + 20))
    .subarray(0, 5)
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f)
  const numberBytes = (packet[0] & 0x03) + 1
  for (let i = 0; i < numberBytes; i++) packet[start + i] = (packet[start + i] ?? 0) ^ (mask[1 + i] ?? 0)
  const nonce = expand(secret, 'quic iv', 12)
  for (let i = 0; i < numberBytes; i++) {
    const at = 12 - numberBytes + i
    nonce[at] = (nonce[at] ?? 0) ^ (packet[start + i] ?? 0)
  }
  const header = packet.subarray(0, start + numberBytes)
  const sealed = packet.subarray(start + numberBytes, start + length)
  const decipher = createDecipheriv('aes-128-gcm', expand(secret, 'quic key', 16), nonce)
  decipher.setAAD(header)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
}

/** Frames that may stand in an Initial packet. Source: RFC 9000, 12.4 and 19. */
function cryptoFrames(payload: Buffer): { offset: number; data: Buffer }[] {
  const reader = new Reader(payload, 0)
  const found: { offset: number; data: Buffer }[] = []
  while (!reader.isAtEnd) {
    const type = reader.varint()
    if (type === 0x06) {
      const offset = reader.varint()
      found.push({ offset, data: reader.take(reader.varint()) })
    } else if (type === 0x02) {
      reader.varint()
      reader.varint()
      const ranges = reader.varint()
      for (let i = 0; i < 1 + 2 * ranges; i++) reader.varint()
    } else if (type > 0x01) {
      throw new Error(`a frame of type ${type} in an Initial packet`)
    }
  }
  return found
}

/** Source: RFC 8446, 4.1.3 and 4.2.8. */
function parseServerHello(crypto: Buffer): Hello {
  const reader = new Reader(crypto, 0)
  if (reader.byte() !== SERVER_HELLO) throw new Error('no ServerHello')
  reader.take(3 + 2 + 32)
  reader.take(reader.byte())
  reader.take(2 + 1)
  const extensions = new Reader(reader.take(reader.uint16()), 0)
  const known = new Map<number, Buffer>()
  while (!extensions.isAtEnd) known.set(extensions.uint16(), extensions.take(extensions.uint16()))
  const share = new Reader(known.get(KEY_SHARE) ?? Buffer.alloc(4), 0)
  return {
    group: share.uint16(),
    share: share.take(share.uint16()),
    hasPreSharedKey: known.has(PRE_SHARED_KEY),
  }
}

/** HKDF-Expand-Label with an empty context. Source: RFC 8446, 7.1. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Buffer.from([0, length, full.length]), full, Buffer.of(0)])
  const first = createHmac('sha256', secret).update(info).update(Buffer.of(1)).digest()
  return Buffer.from(first.subarray(0, length))
}

class Reader {
  readonly #bytes: Buffer
  offset: number

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes
    this.offset = offset
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#bytes.length
  }

  byte(): number {
    return this.take(1).readUInt8()
  }

  uint16(): number {
    return this.take(2).readUInt16BE()
  }

  /** Source: RFC 9000, 16. */
  varint(): number {
    const first = this.byte()
    const length = 1 << (first >> 6)
    return [...this.take(length - 1)].reduce((value, byte) => value * 256 + byte, first & 0x3f)
  }

  take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.offset, this.offset + length)
    if (bytes.length !== length) throw new Error('the message ends too early')
    this.offset += length
    return bytes
  }
}
