import { expect } from 'chai'
import { boundedReport } from '../../agent/network/bounded-report.ts'
import { misbehaviourOf } from '../../agent/network/peer-scores.ts'
import { RequestLimits } from '../../agent/network/request-limits.ts'
import { RefusedError, WireError } from '../../protocol/errors.ts'

const NO_DETAILS = { remedy: '' }

describe('RequestLimits', () => {
  let now: number
  let limits: RequestLimits<'cheap' | 'dear'>

  beforeEach(() => {
    now = 5_000
    const quota = { perMinute: 60, burst: 10 }
    limits = new RequestLimits({ protocol: 'test', quota, costs: { cheap: 1, dear: 4 } }, () => now)
  })

  /** How many pass. */
  function pass(times: number, kind: 'cheap' | 'dear', peer = 'peer'): number {
    let passed = 0
    for (let count = 0; count < times; count++) {
      try {
        limits.take(peer, kind)
        passed += 1
      } catch (error) {
        if (!(error instanceof WireError)) throw error
      }
    }
    return passed
  }

  it('take from one bucket what each kind costs', () => {
    expect(pass(10, 'dear')).to.equal(2)
    expect(pass(10, 'cheap'), 'what is left').to.equal(2)
    now += 4_000
    expect(pass(10, 'dear'), 'what came back').to.equal(1)
  })

  it('count each peer by itself', () => {
    expect(pass(20, 'cheap')).to.equal(10)
    expect(pass(20, 'cheap', 'other')).to.equal(10)
  })

  it('refuse by an error that counts as a flood, and says of what', () => {
    pass(2, 'dear')
    let error: unknown
    try {
      limits.take('peer', 'dear')
    } catch (thrown) {
      error = thrown
    }
    expect(error).to.be.instanceOf(WireError).and.include({ code: 'PEER_FLOODS', field: 'test dear' })
    expect(misbehaviourOf(error as WireError)).to.equal('flood')
  })
})

describe('boundedReport', () => {
  it('passes on so many errors of one sort, whatever else there is to report', () => {
    let now = 0
    const heard: unknown[] = []
    const report = boundedReport(
      (error) => heard.push(error),
      () => now,
    )
    for (let count = 0; count < 1_000; count++) {
      report(new RefusedError('STAKE_TOO_LOW', '', NO_DETAILS))
      report(new RefusedError('QUOTA_EXCEEDED', '', NO_DETAILS))
      report(new TypeError('a fault of our own'))
    }
    expect(heard).to.have.length(60)
    now += 1_000
    report(new RefusedError('STAKE_TOO_LOW', '', NO_DETAILS))
    report(new RefusedError('STAKE_TOO_LOW', '', NO_DETAILS))
    expect(heard).to.have.length(61)
  })
})
