/**
 * Compiles the SIMD kernels of learning, and writes them as a TypeScript constant, so that they are loaded without a file:
 *
 *     npm run compile:kernels
 */
import { readFile, writeFile } from 'node:fs/promises'
import { main } from 'assemblyscript/asc'

const folder = new URL('../agent/learning/kernels/', import.meta.url)
const source = new URL('simd.as', folder)
const target = new URL('simd-module.ts', folder)

/** What the compiler takes the source for: it reads nothing else of ours. */
const INPUT = 'simd.ts'
const OUTPUT = 'simd.wasm'
const OPTIONS = ['-Ospeed', '--noAssert', '--runtime', 'stub', '--enable', 'simd']

/**
 * The source of `simd-module.ts`, compiled anew.
 *
 * @throws Error with what the compiler says, when the source is none
 */
export async function compileKernels(): Promise<string> {
  const code = await readFile(source, 'utf8')
  let module: Uint8Array | undefined
  const { error, stderr } = await main([INPUT, '--outFile', OUTPUT, ...OPTIONS], {
    readFile: (name) => (name === INPUT ? code : null),
    writeFile: (_, content) => {
      if (typeof content !== 'string') module = content
    },
    listFiles: () => null,
  })
  if (error || module === undefined) throw new Error(`simd.as: ${stderr.toString()}`, { cause: error })
  return [
    '// Generated from simd.as by scripts/compile-kernels.ts. Do not edit.',
    '/** The WebAssembly module, in base64. */',
    `export const simdModule =\n  '${Buffer.from(module).toString('base64')}'`,
    '',
  ].join('\n')
}

if (import.meta.main) await writeFile(target, await compileKernels())
