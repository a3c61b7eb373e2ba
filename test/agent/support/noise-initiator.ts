import {
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto'

/** 32 bytes, so it is the first hash by itself. Source: the Noise Protocol Framework, revision 34, sections 5 and 7.5. */
const NAME = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256')
/** DER of an X25519 public key, without the key. */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')
const KEY_BYTES = 32
const TAG_BYTES = 16

/** What the first two messages of a handshake showed whoever holds the initiator's ephemeral key. */
export interface Seen {
  /** Ephemeral keys as they went over the wire, 32 bytes each. */
  initiator: Buffer
  responder: Buffer
  /** The responder's static Noise key, which only the two ephemeral keys together decrypt. */
  responderStatic: Buffer
  /** The responder's proof of its identity. */
  payload: Buffer
}

/** A connection without encryption yet. */
export interface Wire {
  write(bytes: Uint8Array): void
  /** Exactly so many bytes. */
  read(length: number): Promise<Buffer>
}

/** Begins Noise XX over a new connection, by hand and with nothing but Node's own cryptography. */
export async function beginHandshake(wire: Wire): Promise<Seen> {
  for (const protocol of ['/multistream/1.0.0\n', '/noise\n'])
    wire.write(Buffer.from([protocol.length, ...Buffer.from(protocol)]))
  for (const protocol of ['/multistream/1.0.0\n', '/noise\n']) {
    const answer = (await wire.read(protocol.length + 1)).subarray(1).toString()
    if (answer !== protocol) throw new Error(`expected ${protocol}, received ${answer}`)
  }
  const ephemeral = generateKeyPairSync('x25519')
  const initiator = ephemeral.publicKey.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES)
  wire.write(Buffer.concat([Buffer.from([0, KEY_BYTES]), initiator]))
  const message = await wire.read((await wire.read(2)).readUInt16BE())
  const responder = message.subarray(0, KEY_BYTES)

  const shared = (key: Buffer) =>
    diffieHellman({
      privateKey: ephemeral.privateKey,
      publicKey: createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' }),
    })
  // Prologue and payload of the first message are empty.
  let hash = [Buffer.alloc(0), initiator, Buffer.alloc(0), responder].reduce(mixHash, NAME)
  const first = mixKey(NAME, shared(responder))
  const sealedStatic = message.subarray(KEY_BYTES, 2 * KEY_BYTES + TAG_BYTES)
  const responderStatic = decrypt(first.key, hash, sealedStatic)
  hash = mixHash(hash, sealedStatic)
  const second = mixKey(first.chain, shared(responderStatic))
  const payload = decrypt(second.key, hash, message.subarray(2 * KEY_BYTES + TAG_BYTES))
  return { initiator, responder, responderStatic, payload }
}

function mixHash(hash: Buffer, data: Buffer): Buffer {
  return createHash('sha256').update(hash).update(data).digest()
}

/** HKDF with two outputs. */
function mixKey(chain: Buffer, input: Buffer): { chain: Buffer; key: Buffer } {
  const hmac = (key: Buffer, ...data: Buffer[]) =>
    createHmac('sha256', key).update(Buffer.concat(data)).digest()
  const temporary = hmac(chain, input)
  const next = hmac(temporary, Buffer.of(1))
  return { chain: next, key: hmac(temporary, next, Buffer.of(2)) }
}

/** @throws when the key, or anything that was hashed, is another one */
function decrypt(key: Buffer, associated: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: TAG_BYTES })
  decipher.setAAD(associated, { plaintextLength: sealed.length - TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
}
