import { expect } from 'chai'
import { memoryJournal } from '../../../agent/policy/journal.ts'
import { LearningRecords, openRounds } from '../../../agent/policy/learning-records.ts'
import type { Hex } from '../../../protocol/types.ts'
import { TASK } from '../protocols/learning/support/round.ts'

const [ID, OVER]: [Hex, Hex] = [`0x${'1d'.repeat(32)}`, `0x${'0e'.repeat(32)}`]
const role = (id: Hex, as: string) => ({ kind: 'role', id, task: TASK, block: 1n, role: as })

describe('what is kept of the journal of rounds', () => {
  it('is nothing of those that are over', () => {
    const entries = [role(OVER, 'evaluator'), role(ID, 'evaluator'), { kind: 'over', id: OVER }]
    expect(openRounds(entries)).to.deep.equal([entries[1]])
  })

  it('is what was said since, of one that was entered again: its stake hangs on it', () => {
    const entries = [role(ID, 'participant'), { kind: 'over', id: ID }, role(ID, 'evaluator')]
    const kept = openRounds(entries)
    const [record] = new LearningRecords(memoryJournal(), kept).open()
    expect([...(record?.roles ?? [])]).to.deep.equal(['evaluator'])
  })
})
