/** Modules of WebAssembly in bytes, as their binary format has them: honest ones, and such as nobody's compiler makes. */
import { runModule } from '../../../agent/index.ts'

type Bytes = Uint8Array | readonly number[]

export const [I32, I64, F64, V128] = [0x7f, 0x7e, 0x7c, 0x7b]
export const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** An unsigned number in LEB128. */
export function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))]
}

export const bytes = (...parts: readonly Bytes[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Uint8Array.from(part)))
export const vector = (items: readonly Bytes[]): Uint8Array => bytes(leb(items.length), ...items)
export const section = (id: number, body: Bytes): Uint8Array => bytes([id], leb(body.length), body)
export const name = (text: string): Uint8Array => vector([...Buffer.from(text)].map((byte) => [byte]))
/** The type of a function. */
export const functionType = (from: readonly number[], to: readonly number[]): Uint8Array =>
  bytes([0x60], vector(from.map((each) => [each])), vector(to.map((each) => [each])))

/** What a module is made of; what is left out is that of a `run` that gives what it is given. */
export interface Parts {
  readonly types?: readonly Bytes[]
  readonly from?: readonly number[]
  readonly to?: readonly number[]
  /** Of so many i32 beside its parameter. */
  readonly locals?: number
  /** Instructions without the last `end`. */
  readonly code?: Bytes
  readonly imports?: Bytes
  readonly globals?: Bytes
  readonly exports?: Bytes
  /** The first function, which is `run`, is the start function too. */
  readonly isStart?: boolean
}

const LOCAL_0 = [0x20, 0]
export const importedMemory = (pages: number) => bytes([1], name('env'), name('memory'), [2, 0], leb(pages))

export function moduleOf(parts: Parts): Uint8Array {
  const { from = [I32], to = [I32], locals = 0, code = LOCAL_0, imports, globals, isStart } = parts
  const declared = locals === 0 ? [0] : bytes([1], leb(locals), [I32])
  const body = bytes(declared, code, [0x0b])
  return bytes(
    PREAMBLE,
    section(1, vector(parts.types ?? [functionType(from, to)])),
    imports === undefined ? [] : section(2, imports),
    section(3, [1, 0]),
    globals === undefined ? [] : section(6, globals),
    section(7, parts.exports ?? bytes([1], name('run'), [0, 0])),
    isStart ? section(8, [0]) : [],
    section(10, vector([bytes(leb(body.length), body)])),
  )
}

/** Blocks within one another, each of which a compiler remembers all locals for: memory in proportion to the product. */
export const nested = (depth: number, locals: number): Uint8Array =>
  moduleOf({
    locals,
    code: bytes(
      ...Array.from({ length: depth }, () => [...LOCAL_0, 0x04, 0x40]),
      new Uint8Array(depth).fill(0x0b),
      LOCAL_0,
    ),
  })

/** (loop (br 0)) */
export const ENDLESS = [0x03, 0x40, 0x0c, 0, 0x0b, ...LOCAL_0]
/** One memory, of a page. */
export const MEMORY = section(5, [1, 0, 1])
/** One table, of a reference to a function. */
export const TABLE = section(4, [1, 0x70, 0, 1])
/** One tag, of the first type. */
export const TAG = section(13, [1, 0, 0])
/** (array (mut i64)), (struct (field i64)) */
export const ARRAY = [0x5e, I64, 1]
export const STRUCT = [0x5f, 1, I64, 0]

/** Runs a module, with time enough for a machine that is busy with other tests. */
export const runPatiently: typeof runModule = (module, inputs, options) =>
  runModule(module, inputs, { timeout: 30_000, ...options })
