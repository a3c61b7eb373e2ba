import { expect } from 'chai'
import type { ChainClient } from '../../../../agent/chain/client.ts'
import { RoundChain } from '../../../../agent/protocols/learning/round-chain.ts'
import { OTHER, TASK } from './support/round.ts'

const HEAD = 900n

describe('what an agent reads of a round', () => {
  it('is of the block up to which it read logs, whichever node answers: one that is behind says that nothing was earned', async () => {
    const asked: (bigint | undefined)[] = []
    const client = {
      getBlockNumber: async () => HEAD,
      request: async () => [],
      async readContract({ functionName, blockNumber }: { functionName: string; blockNumber?: bigint }) {
        asked.push(blockNumber)
        return functionName === 'roundOf' ? { status: 3, paidSeats: 1 } : 1n
      },
    }
    const onChain = new RoundChain({
      chain: { client } as unknown as ChainClient,
      wallet: undefined as never,
      contracts: { registry: OTHER, panel: OTHER },
      ...{ id: `0x${'1d'.repeat(32)}`, task: TASK, block: 5n, signal: new AbortController().signal },
    })
    await onChain.view()
    expect(await onChain.shareOf(0)).to.equal(1n)
    expect(await onChain.isPaid(0)).to.equal(true)
    expect(await onChain.counted()).to.equal(1n)
    expect(asked).to.deep.equal([HEAD, HEAD, HEAD])
  })
})
