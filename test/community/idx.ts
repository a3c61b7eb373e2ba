/** A file in the format of MNIST. @param kind of the values; 8 is bytes */
export function idx(dimensions: readonly number[], values: Uint8Array, kind = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * dimensions.length)
  head.writeUInt32BE(kind * 256 + dimensions.length)
  for (const [index, size] of dimensions.entries()) head.writeUInt32BE(size, 4 + 4 * index)
  return Buffer.concat([head, values])
}
