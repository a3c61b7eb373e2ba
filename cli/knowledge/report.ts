import { checksByName, checksInWords } from '../../community/check.ts'
import { counted, energy, money, percent } from '../format.ts'
import { table } from '../table.ts'
import type { Asking, Report } from './ask-thrice.ts'

/** Where an answer came from, in words. */
const FROM = { provider: 'who computed it', holder: 'who bought it', memory: 'its own memory' } as const

/** What three askings came to, for people. */
export function toText({ question, askings, computed, checks }: Report): string {
  const rows = askings.map(({ who, answer, milliseconds }) => [
    who,
    FROM[answer.from],
    money(answer.paid),
    energy(answer.bytes),
    milliseconds.toFixed(1),
  ])
  const [first, second] = askings
  return [
    `${question}, computed ${counted(computed, 'time')}, by ${first?.answer.value.agent}`,
    `${first?.answer.cid}: ${counted(Number(first?.answer.value.length), 'byte')} of ${first?.answer.value.contentType}, ${first?.answer.value.licence}`,
    '',
    table(
      [['agent', 'had of', 'price', 'bytes', 'ms'], ...rows],
      ['left', 'left', 'right', 'right', 'right'],
    ),
    '',
    `The second request cost ${percent(share(second, first))} of the first, the third nothing.`,
    checksInWords(checks),
  ].join('\n')
}

/** The same for programs: money in minor units. */
export function toJson({ question, askings, computed, checks }: Report) {
  const [first, second] = askings
  return {
    question,
    cid: first?.answer.cid,
    agent: first?.answer.value.agent,
    licence: first?.answer.value.licence,
    computed,
    askings: askings.map(({ who, answer: { from, paid, bytes }, milliseconds }) => ({
      ...{ who, from, paid: Number(paid), bytes, milliseconds },
    })),
    secondToFirst: share(second, first),
    checks: checksByName(checks),
  }
}

function share(one: Asking | undefined, other: Asking | undefined): number {
  return Number(one?.answer.paid ?? 0n) / Math.max(1, Number(other?.answer.paid ?? 0n))
}
