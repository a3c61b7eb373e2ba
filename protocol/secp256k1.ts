/** The few operations that MESH needs, from whichever library is fast where it runs. */
export interface Secp256k1 {
  readonly name: 'libsecp256k1' | 'tiny-secp256k1' | 'noble'
  publicKey(privateKey: Uint8Array): Uint8Array
  uncompressed(publicKey: Uint8Array): Uint8Array
  sign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recovery: number }
  recover(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array
}

/**
 * libsecp256k1, by the module that throws where there is no native build: the package's own entry falls back to
 * JavaScript that is forty times slower, and says nothing.
 *
 * @throws where there is no native build
 */
export async function native(): Promise<Secp256k1> {
  const { default: lib } = await import('secp256k1/bindings.js')
  return {
    name: 'libsecp256k1',
    publicKey: (privateKey) => lib.publicKeyCreate(privateKey, true),
    uncompressed: (publicKey) => lib.publicKeyConvert(publicKey, false),
    sign: (digest, privateKey) => {
      const { signature, recid } = lib.ecdsaSign(digest, privateKey)
      return { signature, recovery: recid }
    },
    recover: (digest, signature, recovery) => lib.ecdsaRecover(signature, recovery, digest, true),
  }
}

/** tiny-secp256k1: libsecp256k1 as WebAssembly, for machines without a native build. */
export async function webAssembly(): Promise<Secp256k1> {
  const lib = await import('tiny-secp256k1')
  const required = (key: Uint8Array | null): Uint8Array => {
    if (key === null) throw new Error('no public key fits')
    return key
  }
  return {
    name: 'tiny-secp256k1',
    publicKey: (privateKey) => required(lib.pointFromScalar(privateKey, true)),
    uncompressed: (publicKey) => lib.pointCompress(publicKey, false),
    sign: (digest, privateKey) => {
      const { signature, recoveryId } = lib.signRecoverable(digest, privateKey)
      return { signature, recovery: recoveryId }
    },
    recover: (digest, signature, recovery) =>
      required(lib.recover(digest, signature, recovery === 0 ? 0 : 1, true)),
  }
}

/** The backend of this process; both give the same signatures. */
export const secp256k1: Secp256k1 = await native().catch(webAssembly)
