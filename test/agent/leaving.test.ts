import { expect } from 'chai'
import { MeshNetwork } from '../../agent/index.ts'

describe('an agent of a block', () => {
  it('leaves the mesh at its end, when the block fails too', async () => {
    let left = 0
    class Leaver extends MeshNetwork {
      override async disconnect(): Promise<void> {
        await super.disconnect()
        left += 1
      }
    }
    const block = async () => {
      await using agent = new Leaver({ directory: false })
      await agent.load()
      expect(left).to.equal(0)
      throw new Error('a bug')
    }
    expect(await block().catch((error: Error) => error.message)).to.equal('a bug')
    expect(left).to.equal(1)
  })
})
