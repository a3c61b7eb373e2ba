import { toHex } from 'viem'
import { contentIdOf } from '../../../agent/network/content-id.ts'
import { CHUNK_BYTES, nameContent } from '../../../protocol/content.ts'
import { type ContentMessage, encodeContentFrame } from '../../../protocol/wire/content.ts'

const [short, long] = await Promise.all([
  nameContent(new TextEncoder().encode('abc')),
  nameContent(new Uint8Array(CHUNK_BYTES + 1)),
])
const frame = (id: bigint, replyTo: bigint, message: ContentMessage) =>
  toHex(encodeContentFrame({ id, replyTo, message }))

/** Known answers about contents: three bytes, and one zero more than a chunk has. */
export const contentVectors = {
  contents: {
    short: { digest: short.digest, id: contentIdOf(short.digest), root: toHex(short.root) },
    long: { digest: long.digest, id: contentIdOf(long.digest), root: toHex(long.root) },
  },
  contentFrames: {
    want: frame(1n, 0n, { type: 'want', digest: long.digest, part: 2 }),
    part: frame(1n, 1n, { type: 'part', bytes: Uint8Array.of(0) }),
    refusal: frame(2n, 2n, { type: 'refusal', reason: 'busy' }),
  },
}
