import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex, concat, hexToBytes, recoverAddress, serializeSignature, sliceHex, toHex } from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { SignatureError } from '../../protocol/errors.ts'
import { secp256k1 as noble } from '../../protocol/secp256k1.browser.ts'
import { native, type Secp256k1, webAssembly } from '../../protocol/secp256k1.ts'
import {
  addressOfPublicKey,
  publicKeyOf,
  recoverPublicKey,
  signatureBackend,
  signDigest,
  verifyDigest,
} from '../../protocol/signature.ts'
import type { Hex } from '../../protocol/types.ts'
import { skip } from '../agent/support/skip.ts'
import * as arbitrary from './support/arbitraries.ts'

/** Order of the secp256k1 group. Source: https://www.secg.org/sec2-v2.pdf, section 2.4.1 */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const KEY: Hex = `0x${'2a'.repeat(32)}`
const DIGEST: Hex = `0x${'07'.repeat(32)}`
const SIGNATURE = signDigest(hexToBytes(KEY), DIGEST)

describe('signature', () => {
  it('signs what viem signs, bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary.privateKey, arbitrary.hash, async (privateKey, digest) => {
        const expected = serializeSignature(await sign({ hash: digest, privateKey }))
        expect(signDigest(hexToBytes(privateKey), digest)).to.equal(expected)
      }),
    )
  })

  it('has the address of its key, and is recovered by viem', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary.privateKey, arbitrary.hash, async (privateKey, hash) => {
        const { address } = privateKeyToAccount(privateKey)
        expect(addressOfPublicKey(publicKeyOf(hexToBytes(privateKey)))).to.equal(address)
        const signature = signDigest(hexToBytes(privateKey), hash)
        expect(await recoverAddress({ hash, signature })).to.equal(address)
      }),
      { numRuns: 50 },
    )
  })

  it('gives the public key back to whoever verifies, in any case of the address', () => {
    fc.assert(
      fc.property(arbitrary.privateKey, arbitrary.hash, (privateKey, digest) => {
        const publicKey = publicKeyOf(hexToBytes(privateKey))
        const address = addressOfPublicKey(publicKey)
        const signature = signDigest(hexToBytes(privateKey), digest)
        for (const signer of [address, address.toLowerCase() as Hex]) {
          expect(bytesToHex(verifyDigest(digest, signature, signer))).to.equal(bytesToHex(publicKey))
        }
      }),
    )
  })

  it('is refused as SIGNER_WRONG when somebody else signed, or something else', () => {
    fc.assert(
      fc.property(
        arbitrary.privateKey,
        arbitrary.privateKey,
        arbitrary.hash,
        arbitrary.hash,
        (key, otherKey, digest, otherDigest) => {
          fc.pre(key !== otherKey && digest !== otherDigest)
          const address = addressOfPublicKey(publicKeyOf(hexToBytes(key)))
          const forged = signDigest(hexToBytes(otherKey), digest)
          const moved = signDigest(hexToBytes(key), otherDigest)
          expect(failure(() => verifyDigest(digest, forged, address))).to.equal('SIGNER_WRONG')
          expect(failure(() => verifyDigest(digest, moved, address))).to.be.oneOf([
            'SIGNER_WRONG',
            'SIGNATURE_MALFORMED',
          ])
        },
      ),
    )
  })

  it('is refused when malleated: the twin with a high s recovers to the same key elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary.privateKey, arbitrary.hash, async (privateKey, hash) => {
        const { address } = privateKeyToAccount(privateKey)
        const twin = malleate(signDigest(hexToBytes(privateKey), hash))
        expect(await recoverAddress({ hash, signature: twin }), 'a true twin').to.equal(address)
        expect(failure(() => verifyDigest(hash, twin, address))).to.equal('SIGNATURE_MALFORMED')
      }),
      { numRuns: 50 },
    )
  })

  const rs = sliceHex(SIGNATURE, 0, 64)
  const malformed: Record<string, Hex> = {
    'v of 0': concat([rs, '0x00']),
    'v of 1': concat([rs, '0x01']),
    'v of 26': concat([rs, '0x1a']),
    'v of 29': concat([rs, '0x1d']),
    '64 bytes (EIP-2098)': rs,
    '66 bytes': concat([SIGNATURE, '0x00']),
    '32 bytes': sliceHex(SIGNATURE, 0, 32),
    'no bytes': '0x',
    'r of 0': concat([toHex(0n, { size: 32 }), sliceHex(SIGNATURE, 32)]),
    's of 0': concat([sliceHex(SIGNATURE, 0, 32), toHex(0n, { size: 32 }), sliceHex(SIGNATURE, 64)]),
    'r of the order': concat([toHex(ORDER, { size: 32 }), sliceHex(SIGNATURE, 32)]),
    // 5 is no x-coordinate of the curve: 5^3 + 7 has no square root.
    'r that is on no point': concat([toHex(5n, { size: 32 }), sliceHex(SIGNATURE, 32)]),
  }
  for (const [what, bytes] of Object.entries(malformed)) {
    it(`is refused as SIGNATURE_MALFORMED with ${what}`, () => {
      expect(failure(() => recoverPublicKey(DIGEST, bytes))).to.equal('SIGNATURE_MALFORMED')
    })
  }

  it('is accepted with s at half of the order, and refused with one more', () => {
    const withS = (s: bigint) =>
      concat([sliceHex(SIGNATURE, 0, 32), toHex(s, { size: 32 }), sliceHex(SIGNATURE, 64)])
    expect(failure(() => recoverPublicKey(DIGEST, withS(ORDER / 2n)))).to.equal(undefined)
    expect(failure(() => recoverPublicKey(DIGEST, withS(ORDER / 2n + 1n)))).to.equal('SIGNATURE_MALFORMED')
  })

  it('names the field and both values when the signer is wrong', () => {
    const signer: Hex = '0x000000000000000000000000000000000000dEaD'
    const own = addressOfPublicKey(publicKeyOf(hexToBytes(KEY)))
    expect(() => verifyDigest(DIGEST, SIGNATURE, signer))
      .to.throw(SignatureError)
      .that.includes({ field: 'signature', expected: signer, received: own })
  })
})

describe('secp256k1 backends', () => {
  let fast: Secp256k1
  let portable: Secp256k1

  before(async function () {
    portable = await webAssembly()
    fast = await native().catch(() =>
      skip(this, 'no native build of secp256k1 here, so there is nothing to compare'),
    )
  })

  it('uses libsecp256k1 where there is a native build', () => {
    expect([fast.name, portable.name, noble.name]).to.deep.equal(['libsecp256k1', 'tiny-secp256k1', 'noble'])
    expect(signatureBackend).to.equal('libsecp256k1')
  })

  it('give the same keys, signatures and recoveries', () => {
    fc.assert(
      fc.property(arbitrary.privateKey, arbitrary.hash, (privateKey, digest) => {
        const [first, ...others] = [fast, portable, noble].map((backend) => {
          const { signature, recovery } = backend.sign(hexToBytes(digest), hexToBytes(privateKey))
          const publicKey = backend.publicKey(hexToBytes(privateKey))
          const recovered = backend.recover(hexToBytes(digest), signature, recovery)
          expect(bytesToHex(recovered)).to.equal(bytesToHex(publicKey))
          return {
            recovery,
            signature: bytesToHex(signature),
            publicKey: bytesToHex(publicKey),
            uncompressed: bytesToHex(backend.uncompressed(publicKey)),
          }
        })
        for (const other of others) expect(other).to.deep.equal(first)
      }),
    )
  })

  it('are not asked for the keys behind v of 29 and 30, which the EVM does not know, where there are any', () => {
    const s = hexToBytes(sliceHex(SIGNATURE, 32, 64))
    const found = Array.from({ length: 40 }, (_, r) =>
      concat([toHex(r + 1, { size: 32 }), bytesToHex(s)]),
    ).filter((rs) => {
      try {
        return fast.recover(hexToBytes(DIGEST), hexToBytes(rs), 2).length > 0
      } catch {
        return false
      }
    })
    expect(found, 'r for which such keys exist').to.not.have.lengthOf(0)
    for (const rs of found) {
      for (const v of ['0x1d', '0x1e'] as const) {
        expect(failure(() => recoverPublicKey(DIGEST, concat([rs, v])))).to.equal('SIGNATURE_MALFORMED')
      }
    }
  })

  it('recover the same from any 64 bytes with a low s, or all refuse', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const lowS = fc.bigInt({ min: 0n, max: ORDER / 2n }).map((s) => toHex(s, { size: 32 }))
    fc.assert(
      fc.property(bytes, lowS, fc.constantFrom(0, 1), arbitrary.hash, (r, s, recovery, digest) => {
        const signature = Uint8Array.from([...r, ...hexToBytes(s)])
        const results = [fast, portable, noble].map((backend) => {
          try {
            return bytesToHex(backend.recover(hexToBytes(digest), signature, recovery))
          } catch {
            return 'refused'
          }
        })
        expect(new Set(results).size, results.join(', ')).to.equal(1)
      }),
    )
  })
})

/** The other signature of the same key over the same digest: (r, n - s) with the other recovery bit. */
function malleate(signature: Hex): Hex {
  const s = ORDER - BigInt(sliceHex(signature, 32, 64))
  const v = sliceHex(signature, 64) === '0x1b' ? '0x1c' : '0x1b'
  return concat([sliceHex(signature, 0, 32), toHex(s, { size: 32 }), v])
}

/** Code of the SignatureError that `fn` throws, undefined when it throws nothing; any other error is passed on. */
function failure(fn: () => unknown): string | undefined {
  try {
    fn()
    return undefined
  } catch (error) {
    if (error instanceof SignatureError) return error.code
    throw error
  }
}
