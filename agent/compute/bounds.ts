/** How a module begins: its magic number, and version 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/**
 * Sections that a module may have: custom 0, type 1, import 2, function 3, global 6, export 7, start 8, element 9, code 10,
 * data 11, data count 12. Tables (4), memories (5) and tags (13) of its own would have sizes that nobody bounds.
 */
const SECTIONS = new Set([0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12])
const [TYPES, CODE] = [1, 10]

/** Tag of a type of functions, and types of values from f64 to i32: all that a stack of numbers needs. */
const FUNCTION = 0x60
const [F64, I32] = [0x7c, 0x7f]

/** Prefix of instructions on vectors, and the first and last of the relaxed ones among them (3.0, section 5.4.8). */
const VECTOR = 0xfd
const [FIRST_RELAXED, LAST_RELAXED] = [0x100, 0x114]

/**
 * Whether a module brings no table, no memory and no types of objects of its own, whose size nobody would bound: beside the
 * memory that it imports it has numbers alone. Nor has its code what could be a relaxed instruction on vectors, which gives other
 * numbers on other processors; one in a million bytes of other code looks like it. All else of its code a compiler has to look at. It
 * takes time in proportion to the length of what it is given, whatever that says of itself. Source: WebAssembly core specification 3.0,
 * section 5.5: after 8 bytes come sections of an id, a length, and so many bytes; 5.3: functions of numbers are 0x60, and lists
 * of 0x7c to 0x7f; 5.2.2: lengths are LEB128, of five bytes at most and below 2^32.
 *
 * @returns false also where sections, lengths or types of functions end too late, or cannot be read
 */
export function isBounded(module: Uint8Array): boolean {
  if (PREAMBLE.some((byte, at) => module[at] !== byte)) return false
  const bytes = new Reader(module, PREAMBLE.length)
  while (bytes.left > 0) {
    const id = bytes.byte()
    const length = bytes.number()
    if (!SECTIONS.has(id) || length > bytes.left) return false
    if (id === TYPES && !areFunctions(bytes.peek(length))) return false
    if (id === CODE && mayBeRelaxed(bytes.peek(length))) return false
    bytes.skip(length)
  }
  return true
}

/** Whether the types of a module are those of functions of numbers, and there is nothing after them. */
function areFunctions(section: Reader): boolean {
  for (let count = section.number(); count > 0; count--) {
    // Past the end there is no such byte, so that a count in excess of what there is ends here.
    if (section.byte() !== FUNCTION || !areNumbers(section) || !areNumbers(section)) return false
  }
  return section.left === 0
}

/** Whether anything in it reads as a relaxed instruction, wherever instructions begin. */
function mayBeRelaxed(section: Reader): boolean {
  while (section.left > 0) {
    if (section.byte() !== VECTOR) continue
    const instruction = section.nextNumber()
    if (instruction >= FIRST_RELAXED && instruction <= LAST_RELAXED) return true
  }
  return false
}

function areNumbers(section: Reader): boolean {
  const count = section.number()
  if (count > section.left) return false
  for (let at = 0; at < count; at++) {
    const type = section.byte()
    if (type < F64 || type > I32) return false
  }
  return true
}

/** Reads bytes in their sequence; what is past the end, or no number, is NaN or infinite, which fits nowhere. */
class Reader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? Number.NaN
  }

  /** An unsigned number of 32 bits in LEB128, infinite where it is longer or larger, or ends too early. */
  number(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value < 2 ** 32 ? value : Number.POSITIVE_INFINITY
    }
    return Number.POSITIVE_INFINITY
  }

  /** The number that begins here, which is read again by what comes next. */
  nextNumber(): number {
    const at = this.#at
    const value = this.number()
    this.#at = at
    return value
  }

  skip(length: number): void {
    this.#at += length
  }

  /** Reads what comes next by itself. */
  peek(length: number): Reader {
    return new Reader(this.#bytes.subarray(this.#at, this.#at + length))
  }
}
