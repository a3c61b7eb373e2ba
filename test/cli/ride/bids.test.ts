import { mock } from 'node:test'
import { expect } from 'chai'
import type { RideProgress, RideRequest } from '../../../agent/index.ts'
import { tellBids } from '../../../cli/ride/bids.ts'

const ADVICE = 'Bring some.'

describe('what is told of bids', () => {
  const progress = { round: 1, fare: 5_000_000n, bidders: 0 }
  let said: string[]

  beforeEach(() => {
    said = []
    mock.timers.enable({ apis: ['setInterval'] })
  })
  afterEach(() => mock.timers.reset())

  function tell(request: { progress: RideProgress }): Disposable {
    return tellBids(
      request as RideRequest,
      async () => 'known',
      (text) => said.push(text),
      ADVICE,
    )
  }

  it('is once, and within seconds, that no driver answers, and what to do', () => {
    using _ = tell({ progress })
    mock.timers.tick(60_000)
    expect(said.filter((text) => text === `No driver answers yet. ${ADVICE}`)).to.have.length(1)
  })

  it('is nothing of that where somebody bids, or did before', async () => {
    const request = { progress: { ...progress, bidders: 1 } }
    using _ = tell(request)
    mock.timers.tick(3_000)
    request.progress = { ...progress, round: 2 }
    mock.timers.tick(60_000)
    expect(said.join()).to.not.include(ADVICE)
  })
})
