/**
 * The kernels in AssemblyScript, four values of 32 bits at a time. `scripts/compile-kernels.ts` makes `simd-module.ts` of them.
 * `plain.ts` is their readable twin, and comes to the same bits: both sum in the same sequence, and round each product and each
 * sum to 32 bits. No relaxed operation is used, so every machine rounds alike.
 *
 * Addresses and strides count bytes; lengths, rows, inner and columns count values. Nothing is checked.
 */

/** Bytes of a value, and of a vector of four. */
const VALUE: usize = 4
const VECTOR: usize = 16
/** A tile of a product: so many rows by two vectors, whose ten sums stay in registers. */
const TILE_ROWS: i32 = 5
const TILE_WIDTH: usize = 2 * VECTOR

/** y += factor * x. */
export function addScaled(factor: f32, x: usize, y: usize, length: i32): void {
  const factors = f32x4.splat(factor)
  const end = y + (length as usize) * VALUE
  for (; y + VECTOR <= end; x += VECTOR, y += VECTOR) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factors, v128.load(x))))
  }
  for (; y < end; x += VALUE, y += VALUE) store<f32>(y, load<f32>(y) + factor * load<f32>(x))
}

/**
 * C += A * B. The value of A in a row at an inner index stands at a + row * rowStride + index * innerStride, so A may be
 * transposed. Each value of C takes up its products one after the other.
 */
export function addProduct(
  a: usize,
  rowStride: usize,
  innerStride: usize,
  b: usize,
  c: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  const stride = (columns as usize) * VALUE
  const tiled = stride - (stride % TILE_WIDTH)
  for (; rows >= TILE_ROWS; rows -= TILE_ROWS) {
    for (let column: usize = 0; column < tiled; column += TILE_WIDTH) {
      addTile(a, rowStride, innerStride, b + column, c + column, inner, stride)
    }
    for (let i = 0; i < TILE_ROWS; i++, a += rowStride, c += stride) {
      addRow(a, innerStride, b, c, inner, stride, tiled)
    }
  }
  for (; rows > 0; rows--, a += rowStride, c += stride) addRow(a, innerStride, b, c, inner, stride, 0)
}

/** The product at one tile. */
function addTile(
  a: usize,
  rowStride: usize,
  innerStride: usize,
  b: usize,
  c: usize,
  inner: i32,
  stride: usize,
): void {
  const c1 = c + stride
  const c2 = c1 + stride
  const c3 = c2 + stride
  const c4 = c3 + stride
  let left0 = v128.load(c)
  let right0 = v128.load(c, VECTOR)
  let left1 = v128.load(c1)
  let right1 = v128.load(c1, VECTOR)
  let left2 = v128.load(c2)
  let right2 = v128.load(c2, VECTOR)
  let left3 = v128.load(c3)
  let right3 = v128.load(c3, VECTOR)
  let left4 = v128.load(c4)
  let right4 = v128.load(c4, VECTOR)
  for (; inner > 0; inner--, a += innerStride, b += stride) {
    const left = v128.load(b)
    const right = v128.load(b, VECTOR)
    let factor = v128.load_splat<f32>(a)
    left0 = f32x4.add(left0, f32x4.mul(factor, left))
    right0 = f32x4.add(right0, f32x4.mul(factor, right))
    factor = v128.load_splat<f32>(a + rowStride)
    left1 = f32x4.add(left1, f32x4.mul(factor, left))
    right1 = f32x4.add(right1, f32x4.mul(factor, right))
    factor = v128.load_splat<f32>(a + 2 * rowStride)
    left2 = f32x4.add(left2, f32x4.mul(factor, left))
    right2 = f32x4.add(right2, f32x4.mul(factor, right))
    factor = v128.load_splat<f32>(a + 3 * rowStride)
    left3 = f32x4.add(left3, f32x4.mul(factor, left))
    right3 = f32x4.add(right3, f32x4.mul(factor, right))
    factor = v128.load_splat<f32>(a + 4 * rowStride)
    left4 = f32x4.add(left4, f32x4.mul(factor, left))
    right4 = f32x4.add(right4, f32x4.mul(factor, right))
  }
  v128.store(c, left0)
  v128.store(c, right0, VECTOR)
  v128.store(c1, left1)
  v128.store(c1, right1, VECTOR)
  v128.store(c2, left2)
  v128.store(c2, right2, VECTOR)
  v128.store(c3, left3)
  v128.store(c3, right3, VECTOR)
  v128.store(c4, left4)
  v128.store(c4, right4, VECTOR)
}

/** The product in one row, from the column at an offset in bytes on. */
function addRow(
  a: usize,
  innerStride: usize,
  b: usize,
  c: usize,
  inner: i32,
  stride: usize,
  column: usize,
): void {
  for (; column + TILE_WIDTH <= stride; column += TILE_WIDTH) {
    let left = v128.load(c + column)
    let right = v128.load(c + column, VECTOR)
    let y = b + column
    let x = a
    for (let i = inner; i > 0; i--, x += innerStride, y += stride) {
      const factor = v128.load_splat<f32>(x)
      left = f32x4.add(left, f32x4.mul(factor, v128.load(y)))
      right = f32x4.add(right, f32x4.mul(factor, v128.load(y, VECTOR)))
    }
    v128.store(c + column, left)
    v128.store(c + column, right, VECTOR)
  }
  for (; column < stride; column += VALUE) {
    let sum = load<f32>(c + column)
    let y = b + column
    let x = a
    for (let i = inner; i > 0; i--, x += innerStride, y += stride) sum += load<f32>(x) * load<f32>(y)
    store<f32>(c + column, sum)
  }
}

/** C += A * B^T. The products of an inner index are summed by its remainder of 4, then these four sums are. */
export function addProductTransposed(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  const stride = (inner as usize) * VALUE
  for (; rows > 0; rows--, a += stride) {
    let y = b
    let left = columns
    for (; left >= 4; left -= 4, y += stride << 2, c += VECTOR) addFourDots(a, y, c, stride)
    for (; left > 0; left--, y += stride, c += VALUE) addDot(a, y, c, stride)
  }
}

/** The inner products of one row with four, which follow one another. */
function addFourDots(a: usize, b: usize, c: usize, stride: usize): void {
  const vectors = stride & ~(VECTOR - 1)
  const end = a + vectors
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let x = a
  let y = b
  const b2 = stride << 1
  for (; x < end; x += VECTOR, y += VECTOR) {
    const factors = v128.load(x)
    s0 = f32x4.add(s0, f32x4.mul(factors, v128.load(y)))
    s1 = f32x4.add(s1, f32x4.mul(factors, v128.load(y + stride)))
    const z = y + b2
    s2 = f32x4.add(s2, f32x4.mul(factors, v128.load(z)))
    s3 = f32x4.add(s3, f32x4.mul(factors, v128.load(z + stride)))
  }
  const rest = stride - vectors
  addTotal(s0, x, y, c, rest)
  addTotal(s1, x, y + stride, c + VALUE, rest)
  addTotal(s2, x, y + b2, c + (VALUE << 1), rest)
  addTotal(s3, x, y + b2 + stride, c + 3 * VALUE, rest)
}

function addDot(a: usize, b: usize, c: usize, stride: usize): void {
  const vectors = stride & ~(VECTOR - 1)
  const end = a + vectors
  let sums = f32x4.splat(0)
  for (; a < end; a += VECTOR, b += VECTOR) sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load(b)))
  addTotal(sums, a, b, c, stride - vectors)
}

/** Adds four sums to a value, after what is left of the products. */
function addTotal(sums: v128, a: usize, b: usize, c: usize, rest: usize): void {
  let s0 = f32x4.extract_lane(sums, 0)
  let s1 = f32x4.extract_lane(sums, 1)
  let s2 = f32x4.extract_lane(sums, 2)
  if (rest > 0) s0 += load<f32>(a) * load<f32>(b)
  if (rest > VALUE) s1 += load<f32>(a, VALUE) * load<f32>(b, VALUE)
  if (rest > 2 * VALUE) s2 += load<f32>(a, 2 * VALUE) * load<f32>(b, 2 * VALUE)
  store<f32>(c, load<f32>(c) + (s0 + s1 + (s2 + f32x4.extract_lane(sums, 3))))
}

/** Columns that are sorted at a time: of dozens of rows they stay in the first cache. */
const STRIP: usize = 32 * 8

/** y = x, in 64 bits. */
export function widen(x: usize, y: usize, length: i32): void {
  const end = x + (length as usize) * VALUE
  for (; x + VECTOR <= end; x += VECTOR, y += 2 * VECTOR) {
    const values = v128.load(x)
    v128.store(y, f64x2.promote_low_f32x4(values))
    v128.store(y, f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3)), VECTOR)
  }
  for (; x < end; x += VALUE, y += 8) store<f64>(y, load<f32>(x) as f64)
}

/** y += factor * x, of values of 64 bits. */
export function addScaled64(factor: f64, x: usize, y: usize, length: i32): void {
  const factors = f64x2.splat(factor)
  const end = y + ((length as usize) << 3)
  for (; y + VECTOR <= end; x += VECTOR, y += VECTOR) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(factors, v128.load(x))))
  }
  if (y < end) store<f64>(y, load<f64>(y) + factor * load<f64>(x))
}

/**
 * sums += the squared distances of each row of a matrix from those above, of values of 64 bits; sums are rows x rows.
 *
 * @param width values per row
 */
export function addSquaredDistances(matrix: usize, rows: i32, width: i32, sums: usize): void {
  const stride = (width as usize) << 3
  for (let row = 1; row < rows; row++) {
    const x = matrix + (row as usize) * stride
    for (let above = 0; above < row; above++) {
      const sum = sums + (((row * rows + above) as usize) << 3)
      store<f64>(sum, load<f64>(sum) + squaredDistance(x, matrix + (above as usize) * stride, stride))
    }
  }
}

/** Four sums of squared differences by the place's remainder of 4, which are summed then. */
function squaredDistance(x: usize, y: usize, bytes: usize): f64 {
  const end = x + bytes
  let low = f64x2.splat(0)
  let high = low
  for (; x + 2 * VECTOR <= end; x += 2 * VECTOR, y += 2 * VECTOR) {
    const first = f64x2.sub(v128.load(x), v128.load(y))
    const second = f64x2.sub(v128.load(x, VECTOR), v128.load(y, VECTOR))
    low = f64x2.add(low, f64x2.mul(first, first))
    high = f64x2.add(high, f64x2.mul(second, second))
  }
  let s0 = f64x2.extract_lane(low, 0)
  let s1 = f64x2.extract_lane(low, 1)
  let s2 = f64x2.extract_lane(high, 0)
  if (x < end) s0 += squaredDifference(x, y)
  if (x + 8 < end) s1 += squaredDifference(x + 8, y + 8)
  if (x + 16 < end) s2 += squaredDifference(x + 16, y + 16)
  return s0 + s1 + (s2 + f64x2.extract_lane(high, 1))
}

function squaredDifference(x: usize, y: usize): f64 {
  const difference = load<f64>(x) - load<f64>(y)
  return difference * difference
}

/**
 * Sorts each column of a matrix of values of 64 bits, none of which is NaN, by Batcher's merge exchange: Knuth, "The art of
 * computer programming", volume 3 (1998), section 5.2.2, algorithm M. Which rows it compares does not depend on the values.
 *
 * @param width values per row, an even number
 */
export function sortColumns(matrix: usize, rows: i32, width: i32): void {
  const stride = (width as usize) << 3
  for (let strip: usize = 0; strip < stride; strip += STRIP) {
    const bytes = min(STRIP, stride - strip)
    let most = 1
    while (most << 1 < rows) most <<= 1
    for (let p = most; p > 0; p >>= 1) {
      let q = most
      let r = 0
      let d = p
      while (true) {
        for (let i = 0; i + d < rows; i++) {
          if ((i & p) != r) continue
          const lower = matrix + strip + (i as usize) * stride
          order(lower, lower + (d as usize) * stride, bytes)
        }
        if (q == p) break
        d = q - p
        q >>= 1
        r = p
      }
    }
  }
}

/** Puts the lower value of each column of two rows into the first of them. */
function order(first: usize, second: usize, bytes: usize): void {
  const end = first + bytes
  for (; first < end; first += VECTOR, second += VECTOR) {
    const a = v128.load(first)
    const b = v128.load(second)
    v128.store(first, f64x2.pmin(a, b))
    v128.store(second, f64x2.pmax(b, a))
  }
}
