import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Examples } from '../agent/index.ts'
import { ConfigError } from '../protocol/errors.ts'
import { readBounded } from './bounded-file.ts'
import { fileError } from './file-error.ts'
import type { Digits } from './read-digits.ts'

/** Of what is read: unsigned bytes. */
const BYTES = 0x08
const BRIGHTEST = 255
const CLASSES = 10
/** Bytes that a file may have. */
const MOST = 2 ** 28

/** An array of bytes of one or more dimensions, the last of which is the closest. */
interface IdxArray {
  dimensions: number[]
  values: Uint8Array
}

/** Whether a folder has pictures as MNIST does. */
export function hasMnist(folder: string): boolean {
  return existsSync(join(folder, 'train-images-idx3-ubyte'))
}

/**
 * Reads pictures of ten classes in the format of MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` of a folder.
 *
 * @throws ConfigError `FILE_UNREADABLE`, `FILE_TOO_LARGE`, and `IDX_INVALID` when a file is in another format, pictures and labels
 *   are not as many, there are none, or a label is none of 0 to 9
 */
export function readMnist(folder: string): Digits {
  const file = (name: string) => join(folder, name)
  return {
    training: examplesOf(file('train-images-idx3-ubyte'), file('train-labels-idx1-ubyte')),
    test: examplesOf(file('t10k-images-idx3-ubyte'), file('t10k-labels-idx1-ubyte')),
    classes: CLASSES,
  }
}

function examplesOf(imageFile: string, labelFile: string): Examples {
  const [images, labels] = [readIdx(imageFile, 3), readIdx(labelFile, 1)]
  const rows = labels.values.length
  if (rows === 0 || images.dimensions[0] !== rows || images.values.length === 0) {
    throw idxError(labelFile, `${images.dimensions[0]} labels, one for each picture, and one at least`, rows)
  }
  const odd = labels.values.findIndex((label) => label >= CLASSES)
  if (odd >= 0) throw idxError(`${labelFile}[${odd}]`, `a label from 0 to ${CLASSES - 1}`, labels.values[odd])
  const inputs = new Float32Array(images.values.length)
  for (let i = 0; i < inputs.length; i++) inputs[i] = (images.values[i] ?? 0) / BRIGHTEST
  return { rows, inputs, targets: Float32Array.from(labels.values) }
}

/**
 * Reads an IDX file of unsigned bytes: two zeros, the type, how many dimensions, the size of each in 4 bytes, and the values.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", http://yann.lecun.com/exdb/mnist/.
 *
 * @param wanted how many dimensions it has to have
 * @throws ConfigError `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `IDX_INVALID`
 */
function readIdx(file: string, wanted: number): IdxArray {
  const bytes = contentOf(file)
  const start = 4 + 4 * wanted
  const magic = bytes.length < start ? undefined : bytes.readUInt32BE(0)
  if (magic !== BYTES * 256 + wanted) {
    throw idxError(file, `an IDX file of bytes in ${wanted} dimensions`, magic ?? `${bytes.length} bytes`)
  }
  const dimensions = Array.from({ length: wanted }, (_, index) => bytes.readUInt32BE(4 + 4 * index))
  const count = dimensions.reduce((product, size) => product * size, 1)
  const values = bytes.subarray(start)
  if (values.length !== count) {
    throw idxError(file, `${count} values (${dimensions.join(' × ')})`, `${values.length} values`)
  }
  return { dimensions, values }
}

function contentOf(file: string): Buffer {
  try {
    return readBounded(file, MOST)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw fileError('FILE_UNREADABLE', file, error)
  }
}

function idxError(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('IDX_INVALID', 'The pictures cannot be used.', {
    field,
    expected,
    received,
    remedy: 'Take the files of MNIST, unpacked, or ones in its format.',
  })
}
