import { type Vector, zerosLike } from '../kernels.ts'
import { checkCount, checkOption } from './checks.ts'

/**
 * A layer that multiplies by weights: it takes patches of what comes in, and each of its units makes one value of each patch,
 * by the same weights at every position.
 */
export interface Layer {
  /** Values per row that come in. */
  readonly inputs: number
  /** Patches per row, values per patch, and values that are made of each. */
  readonly positions: number
  readonly patch: number
  readonly units: number
  /** The patches. @param given rows × inputs @returns rows × positions × patch */
  unfold(given: Vector, rows: number): Vector
  /** The transpose: each value of a patch is added to the input from which it came. @returns rows × inputs */
  fold(patches: Vector, rows: number): Vector
}

/** Values per row that come out: position by position, the units of each next to one another. */
export function outputsOf({ positions, units }: Layer): number {
  return positions * units
}

/** Parameters: weights, patch × units row by row, then the biases of the units. */
export function sizeOf({ patch, units }: Layer): number {
  return (patch + 1) * units
}

/** Most values that it makes of so many rows, forward and backward. */
export function scratchOf(layer: Layer, rows: number): number {
  const { inputs, positions, patch } = layer
  return rows * (outputsOf(layer) + inputs + positions * (3 * patch + 2))
}

/**
 * A layer whose every output depends on every input: the only patch is the row.
 *
 * @throws ConfigError `OPTION_INVALID` unless both are positive integers
 */
export function dense(inputs: number, units: number): Layer {
  checkCount('inputs', inputs)
  checkCount('units', units)
  return { inputs, positions: 1, patch: inputs, units, unfold: (given) => given, fold: (patches) => patches }
}

/** A picture: channels of a pixel next to one another, pixel by pixel, row by row from the top. */
export interface Picture {
  height: number
  width: number
  channels: number
}

/** Filters that are laid over a picture. */
export interface Convolution {
  /** How many; each makes a channel. */
  filters: number
  /** Pixels along the side of a filter, and from one place of it to the next. */
  size: number
  stride: number
}

/** The picture that a convolution makes of one: filters lie within it wholly. */
export function convolved({ height, width }: Picture, { filters, size, stride }: Convolution): Picture {
  const places = (length: number) => Math.floor((length - size) / stride) + 1
  return { height: places(height), width: places(width), channels: filters }
}

/**
 * A convolutional layer without padding, as a product with patches (im2col).
 *
 * Sources: Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 9.5; of the patches, Chellapilla, Puri and Simard,
 * "High performance convolutional neural networks for document processing" (2006).
 *
 * @throws ConfigError `OPTION_INVALID` unless all numbers are positive integers, and a filter fits into the picture
 */
export function convolution(picture: Picture, { filters, size, stride }: Convolution): Layer {
  for (const [field, value] of Object.entries({ ...picture, filters, size, stride })) checkCount(field, value)
  const { height, width, channels } = picture
  const side = Math.min(height, width)
  checkOption('size', size, size <= side, `at most ${side}, the shorter side of the picture`)
  const made = convolved(picture, { filters, size, stride })
  const positions = made.height * made.width
  const inputs = height * width * channels
  /** The pixels of a row of a filter stand next to one another. */
  const run = size * channels
  const patch = size * run

  /** Calls with where each such run begins, in the patches and in the pictures. */
  function forEachRun(rows: number, visit: (inPatches: number, inPictures: number) => void): void {
    let place = 0
    for (let row = 0; row < rows; row++) {
      for (let top = 0; top < made.height; top++) {
        for (let left = 0; left < made.width; left++) {
          const corner = row * inputs + (top * width + left) * stride * channels
          for (let y = 0; y < size; y++, place += run) visit(place, corner + y * width * channels)
        }
      }
    }
  }

  return {
    inputs,
    positions,
    patch,
    units: filters,
    unfold(given, rows) {
      const patches = zerosLike(given, rows * positions * patch)
      forEachRun(rows, (to, from) => {
        for (let i = 0; i < run; i++) patches[to + i] = given[from + i] ?? 0
      })
      return patches
    },
    fold(patches, rows) {
      const folded = zerosLike(patches, rows * inputs)
      forEachRun(rows, (from, to) => {
        for (let i = 0; i < run; i++) folded[to + i] = (folded[to + i] ?? 0) + (patches[from + i] ?? 0)
      })
      return folded
    },
  }
}
