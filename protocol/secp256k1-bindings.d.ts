/** The native half of the package `secp256k1`, which ships no types; importing it throws where there is no build. */
declare module 'secp256k1/bindings.js' {
  const bindings: {
    publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array
    publicKeyConvert(publicKey: Uint8Array, compressed: boolean): Uint8Array
    ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number }
    ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array, compressed: boolean): Uint8Array
  }
  export default bindings
}
