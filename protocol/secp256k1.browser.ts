import { secp256k1 as noble } from '@noble/curves/secp256k1.js'
import type { Secp256k1 } from './secp256k1.ts'

/** noble: libsecp256k1 as WebAssembly is faster, and would ask a plug-in for it of everybody's bundler. */
export const secp256k1: Secp256k1 = {
  name: 'noble',
  publicKey: (privateKey) => noble.getPublicKey(privateKey, true),
  uncompressed: (publicKey) => noble.Point.fromBytes(publicKey).toBytes(false),
  sign: (digest, privateKey) => {
    const [recovery = 0, ...signature] = noble.sign(digest, privateKey, {
      prehash: false,
      format: 'recovered',
    })
    return { signature: Uint8Array.from(signature), recovery }
  },
  recover: (digest, signature, recovery) =>
    noble.recoverPublicKey(Uint8Array.of(recovery, ...signature), digest, { prehash: false }),
}
