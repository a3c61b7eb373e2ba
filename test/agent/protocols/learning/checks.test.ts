import { expect } from 'chai'
import { checkTask } from '../../../../agent/protocols/learning/checks.ts'
import { failure } from '../../../protocol/support/failure.ts'

describe('what an agent bears of a learning task', () => {
  it('is as many parameters as the largest model has, and as many chunks', () => {
    checkTask({ dimension: 4_000_000, chunkSize: 256 })
    checkTask({ dimension: 15_625, chunkSize: 1 })
  })

  it('is no more of either', () => {
    for (const task of [
      { dimension: 4_000_001, chunkSize: 256 },
      { dimension: 4_000_000, chunkSize: 1 },
    ]) {
      expect(failure(() => checkTask(task))).to.include({ code: 'TASK_REFUSED', field: 'task.dimension' })
    }
  })
})
