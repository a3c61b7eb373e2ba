import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../community/package-root.ts'
import { readDigits } from '../../../community/read-digits.ts'
import { Progress } from '../../replay/progress.ts'
import { runTemporarily } from '../../replay/temporary-market.ts'
import { newLesson } from './lesson.ts'
import { toJson, toText } from './report.ts'
import { runRounds } from './run.ts'

export interface RoundOptions {
  participants: number
  evaluators: number
  rounds: number
  seed: number
  json?: boolean
}

const SHIPPED = fileURLToPath(new URL('data/learning', packageRoot))

/**
 * Plays rounds of learning, and prints what became of the model and who was paid what.
 *
 * @returns the exit code: 1 when the money is not where it should be
 */
export async function playRounds({ json, ...options }: RoundOptions): Promise<number> {
  const lesson = newLesson(readDigits(SHIPPED), options)
  return runTemporarily(new Progress(process.stderr, 1), async (temporary) => {
    const report = await runRounds(lesson, options, temporary)
    console.log(json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
    return report.checks
  })
}
