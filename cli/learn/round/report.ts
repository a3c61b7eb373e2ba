import { checksByName, checksInWords } from '../../../community/check.ts'
import { counted, money, percent } from '../../format.ts'
import { table } from '../../table.ts'
import type { RoundsReport } from './run.ts'

/** What rounds came to, for people. */
export function toText({ told, earners, spent, content, checks }: RoundsReport): string {
  const rounds = spent.map((_, i) => `round ${i + 1}`)
  const rows = earners.map(({ role, address, earned }) => [role, address, ...earned.map(money)])
  const paid = ['requester', 'paid', ...spent.map(money)]
  const aligned = ['left', 'left', ...rounds.map(() => 'right')] as ('left' | 'right')[]
  const course = told.map(percent).join(' -> ')
  return [
    `digits told that nobody trained on: ${course}, in ${counted(spent.length, 'round')}`,
    '',
    table([['role', 'agent', ...rounds], ...rows, paid], aligned),
    '',
    'In test dollars. Whoever proposed the aggregate has 0.1 more for it; reward, evaluators and that make what the requester paid.',
    `The last model is the content ${content}.`,
    checksInWords(checks),
  ].join('\n')
}

/** The same for programs: money in minor units, shares from 0 to 1. */
export function toJson({ told, earners, spent, content, checks }: RoundsReport) {
  return {
    told,
    earners: earners.map(({ role, address, earned }) => ({ role, address, earned: earned.map(Number) })),
    spent: spent.map(Number),
    content,
    checks: checksByName(checks),
  }
}
