import { expect } from 'chai'
import { MeshNetwork } from '../../agent/index.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { deployment } from './support/deployment.ts'

/** What a promise is rejected with. */
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was fulfilled'),
    (error) => error,
  )

describe('content, between agents', function () {
  this.timeout(30_000)
  const path = temporaryPaths()
  const agents: MeshNetwork[] = []

  afterEach(async () => {
    for (const agent of agents.splice(0).toReversed()) await agent.disconnect()
  })

  async function join(init: ConstructorParameters<typeof MeshNetwork>[0] = {}): Promise<MeshNetwork> {
    const agent = new MeshNetwork({ directory: false, network: deployment, ...init })
    await agent.connect()
    agents.push(agent)
    return agent
  }

  it('is fetched by its digest, of an agent by its address, and passed on', async () => {
    const publisher = await join()
    const [reader, late] = await Promise.all([
      join({ bootstrapPeers: publisher.endpoints }),
      join({ bootstrapPeers: publisher.endpoints }),
    ])
    const model = crypto.getRandomValues(new Uint8Array(50_000))
    const digest = await publisher.content.put(model)
    expect(await reader.content.fetch(digest, [publisher.address])).to.deep.equal(model)
    expect(await late.content.fetch(digest, [reader.peerId])).to.deep.equal(model)
    expect(await late.content.get(digest)).to.deep.equal(model)
  })

  it('is there again when its agent is', async () => {
    const directory = path('agent')
    const before = await join({ directory })
    const model = new Uint8Array(300_000).fill(7)
    const digest = await before.content.put(model)
    await before.disconnect()
    const after = await join({ directory })
    expect(after.content.has(digest)).to.equal(true)
    expect(await after.content.get(digest)).to.deep.equal(model)
  })

  it('ends when the agent leaves, and is not to be had before it has come', async () => {
    const digest = `0x${'11'.repeat(32)}` as const
    const agent = new MeshNetwork({ directory: false, network: deployment })
    expect(() => agent.content)
      .to.throw()
      .with.property('code', 'NOT_CONNECTED')
    const reader = await join()
    const nobody = await rejection(
      reader.content.fetch(digest, ['0x00000000000000000000000000000000000000a1']),
    )
    expect(nobody).to.include({ code: 'CONTENT_UNAVAILABLE', received: 'none that is known' })
    const { content } = reader
    await reader.disconnect()
    expect(await rejection(content.fetch(digest, []))).to.include({ code: 'DISCONNECTED' })
  })

  it('refuses what it cannot use, by its name', async () => {
    const { content } = await join()
    const digest = `0x${'11'.repeat(32)}` as const
    const wrong: [promise: Promise<unknown>, field: string][] = [
      [content.put('text' as never), 'content'],
      [content.get('0x12'), 'digest'],
      [content.fetch(digest, 'me' as never), 'providers'],
      [content.fetch(digest, ['me' as never]), 'providers[0]'],
      [content.fetch(digest, [], { maxBytes: -1 }), 'options.maxBytes'],
    ]
    for (const [promise, field] of wrong) {
      expect(await rejection(promise), field).to.include({ code: 'ARGUMENT_INVALID', field })
    }
    expect(await rejection(content.fetch(digest, [], { maxSize: 1 } as never))).to.include({
      code: 'OPTION_UNKNOWN',
    })
  })
})
