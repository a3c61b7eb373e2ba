import { stripVTControlCharacters } from 'node:util'
import { run } from '../../cli/program.ts'
import type { Run } from './mesh.ts'

/**
 * Runs the `mesh` command in this process, which is quick: no file is loaded anew. What only a process shows, such as how it
 * ends, `mesh` of mesh.ts shows.
 */
export async function meshHere(...args: string[]): Promise<Run> {
  const stdout = capture(process.stdout)
  const stderr = capture(process.stderr)
  try {
    const code = await run(args)
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    stdout.end()
    stderr.end()
  }
}

/** Keeps what is written to a stream of the process from getting there. */
function capture(stream: NodeJS.WriteStream) {
  const { write } = stream
  let written = ''
  stream.write = (chunk: string | Uint8Array) => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return true
  }
  return {
    text: () => stripVTControlCharacters(written),
    end: () => {
      stream.write = write
    },
  }
}
