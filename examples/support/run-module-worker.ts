/** The thread in which a stranger's module runs: it is given numbers and memory, and nothing else of this machine. */
import { parentPort, workerData } from 'node:worker_threads'

declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => object
  Module: new (code: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: { run(input: number): number } }
}
const { module, inputs, pages } = workerData as { module: Uint8Array; inputs: number[]; pages: number }
const env = { memory: new WebAssembly.Memory({ initial: 1, maximum: pages }) }
const { run } = new WebAssembly.Instance(new WebAssembly.Module(module), { env }).exports
parentPort?.postMessage(inputs.map((input) => run(input)))
