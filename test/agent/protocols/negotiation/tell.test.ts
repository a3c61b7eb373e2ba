import { expect } from 'chai'
import type { DealState } from '../../../../agent/policy/deal.ts'
import { tell } from '../../../../agent/protocols/negotiation/tell.ts'
import { ConfigError, RefusedError } from '../../../../protocol/errors.ts'
import { sampleDeal } from '../../support/deals.ts'

const PEER = '16Uiu2HAm9ThoT95jE47BA22AG7ACH8TaBpB8N3pYkkUgjo9N4hJy'
const gone = new RefusedError('PEER_UNREACHABLE', 'A peer cannot be reached.', { remedy: 'Search again.' })

describe('tell', () => {
  /** What is reported of telling a peer, which fails with `error`, about a deal. */
  async function reported(state: DealState, error: Error): Promise<unknown[]> {
    const reports: unknown[] = []
    const channels = { to: () => Promise.reject(error) }
    const deal = sampleDeal({ state, peer: PEER })
    const message = { type: 'settled', agreementId: deal.id, transaction: deal.id } as const
    await tell({ channels, report: (each) => reports.push(each) }, deal, message)
    return reports
  }

  it('reports that a peer is gone while it has something to do still', async () => {
    expect(await reported('opened', gone)).to.deep.equal([gone])
    expect(await reported('settled', gone)).to.deep.equal([])
  })

  it('reports whatever else goes wrong', async () => {
    const fault = new ConfigError('X', 'It is wrong.', { remedy: 'Mend it.' })
    expect(await reported('settled', fault)).to.deep.equal([fault])
  })
})
