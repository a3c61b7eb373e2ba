import { Command } from 'commander'
import { messageOf } from '../protocol/errors.ts'
import { out } from './colours.ts'
import type { Finding, Status } from './doctor/checks.ts'
import { helpText } from './help-text.ts'
import { table } from './table.ts'

const COLOURS: Record<Status, (text: string) => string> = { ok: out.green, warn: out.yellow, fail: out.red }

/** `mesh doctor`: what is missing on this machine, and how to get it. */
export function doctorCommand(onExit: (code: number) => void): Command {
  return new Command('doctor')
    .description('check this machine; exit code 1 when something that is needed is missing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        examples: ['mesh doctor', 'mesh doctor --json'],
      }),
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { checks } = await import('./doctor/checks.ts')
      const findings: Finding[] = []
      for (const { name, run } of checks) findings.push({ name, ...(await run().catch(toFailure)) })
      const ok = findings.every(({ status }) => status !== 'fail')
      console.log(json ? JSON.stringify({ ok, checks: findings }, undefined, 2) : toText(findings))
      onExit(ok ? 0 : 1)
    })
}

function toFailure(error: unknown): Omit<Finding, 'name'> {
  return { status: 'fail', detail: messageOf(error) }
}

function toText(findings: readonly Finding[]): string {
  const rows = findings.map(({ status, name, detail, remedy }) => [
    COLOURS[status](status),
    name,
    remedy === undefined ? detail : `${detail}. ${remedy}`,
  ])
  return table(rows, ['left', 'left', 'left'])
}
