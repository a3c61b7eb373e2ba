/**
 * A module that mixes numbers: `run(n)` repeats x = 31 x + n, n = n - 1 until n is 0, and returns x. In the text format:
 * (func (param i32) (result i32) (local i32) (loop (local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 31))
 * (local.get 0))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 1))
 */
export const mixing: Uint8Array = Buffer.from(
  '0061736d0100000001060160017f017f020f0103656e76066d656d6f727902000103020100070701037275' +
    '6e00000a1e011c01017f034020 01411f6c20006a21012000 41016b22000d000b20010b'.replaceAll(' ', ''),
  'hex',
)

/** Different places to look at, from 0 to below `count`. @param draw an integer from 0 to below what it is given */
export function sampleOf(count: number, size: number, draw: (below: number) => number): number[] {
  const places = Array.from({ length: count }, (_, place) => place)
  return Array.from({ length: Math.min(size, count) }, () => places.splice(draw(places.length), 1)[0] ?? 0)
}

/** How many results of a sample are not what was found by running it again; whoever gives no list is wrong in all. */
export function wrongOf(results: unknown, sample: readonly number[], again: readonly number[]): number {
  return sample.filter((place, index) => !Array.isArray(results) || results[place] !== again[index]).length
}
