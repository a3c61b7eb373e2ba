import { expect } from 'chai'
import { createTestClient, http } from 'viem'
import { type LocalChain, startChain } from '../../community/chain.ts'
import { clockWarning } from '../../community/chain-clock.ts'
import { temporaryDirectory } from './temporary-file.ts'

describe('the clock of a chain', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  let chain: LocalChain

  before(async () => {
    chain = await startChain(files.path('chain.log'))
  })
  after(() => chain?.stop())

  it('is nothing to warn of while it shows what this machine does, or is behind', async () => {
    expect(await clockWarning(chain.rpcUrl)).to.equal(undefined)
    expect(await clockWarning(chain.rpcUrl, Date.now() + 3_600_000)).to.equal(undefined)
  })

  it('is warned of, with how much, once it is ahead by more than messages may be', async () => {
    const tester = createTestClient({ mode: 'hardhat', transport: http(chain.rpcUrl) })
    const next = 4_000_000_000n
    await tester.setNextBlockTimestamp({ timestamp: next })
    await tester.mine({ blocks: 1 })
    expect(await clockWarning(chain.rpcUrl, Number(next - 5n) * 1000)).to.equal(undefined)
    expect(await clockWarning(chain.rpcUrl, Number(next - 6n) * 1000))
      .to.include('6 s ahead')
      .and.include('start the chain anew')
  })
})
