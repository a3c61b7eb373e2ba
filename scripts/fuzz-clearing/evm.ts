import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Hex } from '../../protocol/types.ts'

/** Where the contract under test is put. */
const ADDRESS: Hex = '0x00000000000000000000000000000000000c1ea5'
/** More than a call ever takes. */
const GAS = 10_000_000_000n
/** How long a call may take, in milliseconds. */
const TIMEOUT = 60_000

const answerSchema = z.union([
  z.object({ result: z.custom<Hex>((value) => value === null || typeof value === 'string') }),
  z.object({ error: z.object({ message: z.string() }) }),
])

/** One contract in an EVM. */
export interface Evm extends AsyncDisposable {
  /** Calls the contract. @throws Error when it reverts, or does not answer within a minute. */
  call(data: Hex): Promise<Hex>
}

/**
 * Puts a contract into an EVM: anvil, in a process of its own on 127.0.0.1, which ends with this one. It runs such calls
 * ten times as fast as the chain that the contracts' tests run on, which records every step.
 *
 * @param code its runtime code
 */
export async function startEvm(code: Hex): Promise<Evm> {
  const limits = ['--no-mining', '--no-request-size-limit', '--gas-limit', `${GAS}`, '--hardfork', 'cancun']
  const child = spawn(anvilPath(), ['--host', '127.0.0.1', '--port', '0', ...limits], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    if (child.exitCode === null && child.signalCode === null) kill()
    await exited
  }
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) {
    const port = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port === undefined) continue
    // Its log would fill the pipe and block it.
    child.stdout.resume()
    const url = `http://127.0.0.1:${port}`
    await request(url, 'anvil_setCode', [ADDRESS, code])
    const gas = `0x${GAS.toString(16)}`
    return {
      call: (data) => request(url, 'eth_call', [{ to: ADDRESS, data, gas }, 'latest']),
      [Symbol.asyncDispose]: stop,
    }
  }
  await stop()
  throw new Error('anvil ended before it listened')
}

async function request(url: string, method: string, params: unknown[]): Promise<Hex> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(TIMEOUT),
  })
  const answer = answerSchema.parse(await response.json())
  if ('error' in answer) throw new Error(`${method}: ${answer.error.message}`)
  return answer.result
}

/** The binary itself, not its launcher: a launcher that is killed leaves its child behind. */
function anvilPath(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const requireFrom = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  const packageJson = requireFrom.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`)
  return join(dirname(packageJson), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
}
