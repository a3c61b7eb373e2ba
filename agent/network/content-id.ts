import { CID } from 'multiformats/cid'
import { code as raw } from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import { sha256 } from 'multiformats/hashes/sha2'
import { bytesToHex, hexToBytes } from 'viem'
import { ConfigError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'

/**
 * The content id (CIDv1, raw, sha2-256) of a content, for people and other systems; on chain its digest stands alone.
 *
 * @param digest 32 bytes
 * @example contentIdOf(await agent.content.put(bytes)) // bafkrei…
 */
export function contentIdOf(digest: Hex): string {
  return CID.createV1(raw, create(sha256.code, hexToBytes(digest))).toString()
}

/** The digest of a content id. @throws ConfigError `CONTENT_ID_INVALID` when it is another kind of id, or none */
export function digestOfContentId(id: string): Hex {
  try {
    const { code, multihash } = CID.parse(id)
    const digest = bytesToHex(multihash.digest)
    // Of one content there are many ids in other bases.
    if (code === raw && multihash.code === sha256.code && contentIdOf(digest) === id) return digest
    throw new RangeError(`codec ${code}, hash ${multihash.code}`)
  } catch (cause) {
    throw new ConfigError('CONTENT_ID_INVALID', 'This is no content id.', {
      field: 'id',
      expected: 'a CIDv1 of codec raw and sha2-256 in base32: bafkrei…',
      received: id,
      remedy: 'Give the id as `contentIdOf` writes it, or the digest.',
      cause,
    })
  }
}
