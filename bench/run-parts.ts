import { secp256k1 } from '../protocol/secp256k1.ts'

/** A part of a benchmark: rows of a table. */
export interface Part {
  title: string
  /** @param detail what else was asked for, as one of many routes */
  run: (detail?: string) => Promise<object[]>
}

/** Runs one part of a benchmark, or all, prints their tables, and ends the process: with 2 when there is no such part. */
export async function runParts(
  parts: Record<string, Part>,
  wanted: string | undefined,
  detail?: string,
): Promise<never> {
  const chosen = Object.entries(parts).filter(([name]) => wanted === undefined || name === wanted)
  if (chosen.length === 0) {
    console.error(`there is no part "${wanted}"; use one of: ${Object.keys(parts).join(', ')}`)
    process.exit(2)
  }
  console.log(`Node ${process.version}, secp256k1 by ${secp256k1.name}`)
  for (const [, { title, run }] of chosen) {
    console.log(`\n${title}`)
    console.table(await run(detail))
  }
  process.exit(0)
}
