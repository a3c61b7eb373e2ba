/** The process in which a stranger's module runs: it is given numbers and memory, and nothing else of this machine. */
import { setFlagsFromString } from 'node:v8'
import { type Answer, BEGUN, isInt32, type Job } from './job.ts'

declare const WebAssembly: {
  CompileError: ErrorConstructor
  LinkError: ErrorConstructor
  Memory: new (size: {
    initial: number
    maximum: number
  }) => {
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  Module: (new (
    code: Uint8Array,
  ) => object) & {
    exports(module: object): { readonly name: string; readonly kind: string }[]
  }
  Instance: new (module: object, imports: object) => { exports: { run(input: number): unknown } }
}

const PAGE = 65_536
/** Bytes of memories that are no longer used, after which they are collected. */
const MAX_WASTE = 2 ** 26

// Memory is free when `gc` returns, and not some time later.
setFlagsFromString('--no-concurrent-array-buffer-sweeping')

// It listens until it is killed, so that it does not end before its answer has been read.
process.on('message', (job: Job) => process.send?.(BEGUN, () => process.send?.(answerTo(job))))

function answerTo({ module, inputs, maxPages }: Job): Answer {
  const results: number[] = []
  const faulty = (fault: 'invalid' | 'trap' | 'result', said: string) => ({
    fault,
    said,
    place: results.length,
  })
  try {
    const compiled = new WebAssembly.Module(Buffer.from(module, 'base64'))
    const exported = WebAssembly.Module.exports(compiled)
    if (!exported.some(({ name, kind }) => name === 'run' && kind === 'function')) {
      return faulty('invalid', 'it exports no function `run`')
    }
    let waste = 0
    for (const input of inputs) {
      // Else it would be chance whether there is room for the next memory to grow, and with it what comes out.
      if (waste > MAX_WASTE) {
        gc?.()
        waste = 0
      }
      const result = runOnce(compiled, maxPages, input)
      if (!isInt32(result)) return faulty('result', `${typeof result} ${result}`)
      results.push(result)
      waste += maxPages * PAGE
    }
    return { results }
  } catch (error) {
    // A TypeError is of an import that there is not, or of a `run` of something else than one i32.
    const { CompileError, LinkError } = WebAssembly
    const isInvalid = [CompileError, LinkError, TypeError].some((type) => error instanceof type)
    return faulty(isInvalid ? 'invalid' : 'trap', String(error))
  }
}

/** A run in an instance of its own: a result depends on its own input alone, so that any of them can be had again. */
function runOnce(compiled: object, maxPages: number, input: number): unknown {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages })
  // Without prototypes, by which a module would import the functions of all objects.
  const imports = { __proto__: null, env: { __proto__: null, memory } }
  try {
    return new WebAssembly.Instance(compiled, imports).exports.run(input)
  } finally {
    growOrEnd(memory, maxPages)
  }
}

/** Ends the process where the machine had less memory than was promised: what a module made of that would be chance. */
function growOrEnd(
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number },
  maxPages: number,
): void {
  try {
    memory.grow(maxPages - memory.buffer.byteLength / PAGE)
  } catch {
    process.exit(1)
  }
}
