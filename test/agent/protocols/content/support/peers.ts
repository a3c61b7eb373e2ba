import { PeerScores } from '../../../../../agent/network/peer-scores.ts'
import type { Blobs } from '../../../../../agent/platform/blobs.ts'
import { memoryBlobs } from '../../../../../agent/platform/memory-blobs.ts'
import type { ReceivedCapability } from '../../../../../agent/protocols/agent-discovery/index.ts'
import { Channels, type MessageHandler } from '../../../../../agent/protocols/channels/index.ts'
import { Content } from '../../../../../agent/protocols/content/content.ts'
import { ContentStore } from '../../../../../agent/protocols/content/content-store.ts'
import { CONTENT } from '../../../../../agent/protocols/content/protocol.ts'
import { Serving } from '../../../../../agent/protocols/content/serving.ts'
import type { ContentMessage } from '../../../../../protocol/wire/content.ts'
import { deployment } from '../../../../e2e/support/deployment.ts'
import { Faults } from '../../../../e2e/support/faults.ts'
import { parameters, rules } from '../../../../e2e/support/rules.ts'
import { newNode } from '../../../support/nodes.ts'

async function base() {
  const scores = new PeerScores(() => parameters.spam)
  const node = await newNode({ scores })
  const faults = new Faults()
  const components = { node, scores, rules, deployment, deals: { live: () => [] }, report: faults.hear }
  return { node, scores, faults, components }
}

type Base = Awaited<ReturnType<typeof base>>

function placeOf({ node }: Base) {
  const endpoints = node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  return { peerId: node.peerId, value: { endpoints } as unknown as ReceivedCapability['value'] }
}

/** A node that exchanges content, and what it was asked for. */
export async function startPeer(blobs: Blobs = memoryBlobs(), maxBytes = 64 << 20) {
  const own = await base()
  const store = await ContentStore.open(blobs, maxBytes)
  const content = new Content({ ...own.components, store, recordOf: () => undefined })
  await content.start()
  await own.node.start()
  const stop = async () => {
    await content.stop(new Error('stopped'))
    await own.node.stop()
  }
  return { ...own, store, content, stop, place: placeOf(own) }
}

/** A node that answers what is asked for content as a test has it. @param answer by default nothing is answered */
export async function startFake(answer: MessageHandler<ContentMessage> = () => new Promise(() => {})) {
  const own = await base()
  const asked: number[] = []
  const channels = new Channels<ContentMessage>(own.components, CONTENT, async (channel, inbound) => {
    if (inbound.message.type === 'want') asked.push(inbound.message.part)
    await answer(channel, inbound)
  })
  await channels.start()
  await own.node.start()
  const stop = async () => {
    await channels.stop()
    await own.node.stop()
  }
  return { ...own, channels, asked, stop, place: placeOf(own) }
}

/** A provider of some contents that changes what it gives. */
export async function startProvider(
  contents: readonly Uint8Array[],
  change: (bytes: Uint8Array, part: number) => Uint8Array | Promise<Uint8Array> = (bytes) => bytes,
) {
  const store = await ContentStore.open(memoryBlobs(), 256 << 20)
  const digests = await Promise.all(contents.map((content) => store.put(content)))
  const serving = new Serving(store)
  const fake = await startFake(async (channel, { id, message }) => {
    if (message.type !== 'want') return
    const { part } = message
    const changed = {
      drained: (timeout: number) => channel.drained(timeout),
      get isOpen() {
        return channel.isOpen
      },
      send: async (said: ContentMessage, replyTo: bigint) => {
        const told = said.type === 'part' ? { ...said, bytes: await change(said.bytes, part) } : said
        if (channel.isOpen) channel.send(told, replyTo)
      },
    }
    await serving.answer(changed as never, { id, message })
  })
  return { ...fake, digests, digest: digests[0] as (typeof digests)[number] }
}
