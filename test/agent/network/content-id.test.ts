import { expect } from 'chai'
import fc from 'fast-check'
import { contentIdOf, digestOfContentId } from '../../../agent/network/content-id.ts'
import { failure } from '../../protocol/support/failure.ts'

/** `ipfs add --cid-version 1 --raw-leaves` of the six bytes `hello\n`, and their SHA-256. */
const HELLO = {
  id: 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am',
  digest: '0x5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
} as const

describe('content ids', () => {
  it('are those that IPFS gives a raw block', () => {
    expect(contentIdOf(HELLO.digest)).to.equal(HELLO.id)
    expect(digestOfContentId(HELLO.id)).to.equal(HELLO.digest)
  })

  it('stand for one digest each', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const digest = `0x${Buffer.from(bytes).toString('hex')}` as const
        expect(digestOfContentId(contentIdOf(digest))).to.equal(digest)
      }),
    )
  })

  it('are refused when they are of another kind', () => {
    const others = [
      '',
      'hello',
      HELLO.id.slice(0, -1),
      HELLO.id.toUpperCase(),
      // Version 0; and DAG-PB of version 1.
      'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
      'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    ]
    for (const id of others) {
      expect(
        failure(() => digestOfContentId(id)),
        id,
      ).to.include({ code: 'CONTENT_ID_INVALID' })
    }
  })
})
