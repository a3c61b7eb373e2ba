import { expect } from 'chai'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import config from '../../hardhat.config.ts'

describe('the chain of `npm run chain`', () => {
  it('keeps to the clock, however fast its blocks follow one another', async () => {
    // Without the plug-ins, whose matchers would stand in for chai's in all tests that come after this one.
    const { networks = {} } = config
    const hre = await createHardhatRuntimeEnvironment({ networks })
    const { provider } = await hre.network.connect('node')
    const [account] = (await provider.request({ method: 'eth_accounts' })) as string[]
    for (let count = 0; count < 30; count++) {
      await provider.request({
        method: 'eth_sendTransaction',
        params: [{ from: account, to: account, value: '0x1' }],
      })
    }
    const params = ['latest', false]
    const block = (await provider.request({ method: 'eth_getBlockByNumber', params })) as {
      timestamp: string
    }
    expect(Number(block.timestamp) - Date.now() / 1000).to.be.below(15)
  })
})
