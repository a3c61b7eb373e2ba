import { type Task, TaskState } from '@a2a-js/sdk'
import { type Client, ClientFactory } from '@a2a-js/sdk/client'
import { expect } from 'chai'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { mint } from '../../agent/chain/actions/token.ts'
import type { MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { parseDeployment } from '../../protocol/deployment.ts'
import { until } from '../agent/support/until.ts'
import { NASTY } from '../indexer/support/nasty.ts'
import { startMarket, type TestMarket } from './support/market.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
type Json = any

const { TASK_STATE_INPUT_REQUIRED, TASK_STATE_COMPLETED, TASK_STATE_CANCELED } = TaskState

describe('an agent of somebody else that gives the market a task (A2A)', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let gateway: MeshNetwork
  let indexer: Indexer
  let agentUrl: string
  const buyer = privateKeyToAccount(generatePrivateKey())
  let start = 1_615_190_400

  before(async () => {
    market = await startMarket()
    seller = await market.join()
    gateway = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    indexer = await startIndexer({
      network: market.descriptor(seller.endpoints),
      gateway,
      pollInterval: 20,
      writesPerMinute: 10_000,
    })
    const { testDollar } = parseDeployment(market.descriptor().deployment).contracts
    await market.send(mint(testDollar, buyer.address, 10_000_000n))
    seller.subscribeToIntents((intent) => {
      const { quantity } = intent.value
      seller.offer(intent, { quantity, price: 300_000n }, { duration: 120n }).catch(() => undefined)
    })
    seller.onDealChange(({ id, state, agreement }) => {
      if (state === 'opened') seller.deliver(id, agreement.quantity).catch(() => undefined)
    })
    const known = await until(async () => {
      const answer = await fetch(`${indexer.url}/v1/agents?wallet=${seller.address}`)
      return ((await answer.json()) as Json).data[0]
    })
    agentUrl = `${indexer.url}/v1/agents/${known.agentId}/`
  })

  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })

  const draft = () => ({
    ...{ agent: buyer.address, side: 'buy', capability: 'energy.supply', replay: true },
    ...{ quantity: '5000', price: '100000', lot: '1000', start: start++, end: start + 900 },
  })

  /** Says something in a task, and waits for the answer. */
  async function say(client: Client, data: object, task?: Task, now = false): Promise<Task> {
    const message = {
      ...{
        messageId: crypto.randomUUID(),
        role: 1,
        taskId: task?.id ?? '',
        contextId: task?.contextId ?? '',
      },
      parts: [
        {
          content: { $case: 'data' as const, value: data },
          ...{ metadata: {}, filename: '', mediaType: '' },
        },
      ],
      ...{ metadata: {}, extensions: [], referenceTaskIds: [] },
    }
    const bare = { acceptedOutputModes: [], taskPushNotificationConfig: undefined }
    const configuration = { ...bare, returnImmediately: now }
    return (await client.sendMessage({ tenant: '', message, configuration, metadata: {} })) as Task
  }

  /** What a task asks for. */
  const wanted = ({ status }: Task): Json => {
    const part = status?.message?.parts.find(({ content }) => content?.$case === 'data')
    return part?.content?.value
  }

  it('reads the cards of the market, and of an agent', async () => {
    const factory = new ClientFactory()
    const ofMarket = await (await factory.createFromUrl(indexer.url)).getAgentCard()
    expect(ofMarket.supportedInterfaces[0]).to.include({
      url: `${indexer.url}/a2a`,
      protocolBinding: 'JSONRPC',
    })
    const card = await (await factory.createFromUrl(agentUrl)).getAgentCard()
    expect(card.supportedInterfaces[0]?.url).to.equal(`${agentUrl}a2a`)
    expect(card.capabilities).to.include({ streaming: false, pushNotifications: false })
    expect((await fetch(`${indexer.url}/v1/agents/999/.well-known/agent-card.json`)).status).to.equal(404)
  })

  it('buys energy of that agent: each turn says what to sign, and nothing but signatures is given', async () => {
    const client = await new ClientFactory().createFromUrl(agentUrl)
    let task = await say(client, { intent: draft() })
    expect(task.status?.state).to.equal(TASK_STATE_INPUT_REQUIRED)
    task = await say(client, { signature: await buyer.signTypedData(wanted(task).sign) }, task)
    expect(task.status?.state).to.equal(TASK_STATE_INPUT_REQUIRED)
    const [offer] = wanted(task).offers
    expect(offer).to.include({ seller: seller.address, payment: '1500000' })
    expect(task.artifacts[0]).to.include({ name: 'offer', artifactId: offer.id })

    task = await say(client, { offer: offer.id }, task)
    const { agreement, authorization } = wanted(task).sign
    const { validAfter, validBefore } = authorization.message
    task = await say(
      client,
      {
        ...{ offer: offer.id, signature: await buyer.signTypedData(agreement) },
        funding: {
          ...{ kind: 'authorization', validAfter, validBefore },
          signature: await buyer.signTypedData(authorization),
        },
      },
      task,
    )
    expect(wanted(task)).to.include({ id: offer.id, state: 'opened' })
    await client.cancelTask({ tenant: '', id: task.id, metadata: {} }).then(
      () => expect.fail('money is in escrow'),
      (error) => expect(String(error)).to.match(/not cancelable/i),
    )

    task = await say(client, {}, task)
    expect(wanted(task).delivery.quantity).to.equal('5000')
    task = await say(client, { signature: await buyer.signTypedData(wanted(task).sign) }, task)
    expect(task.status?.state).to.equal(TASK_STATE_COMPLETED)
    const trade = await until(async () => {
      const answer = await fetch(`${indexer.url}/v1/trades?buyer=${buyer.address}`)
      return ((await answer.json()) as Json).data[0]
    })
    expect(trade).to.include({ id: offer.id, payment: '1500000' })
  })

  it('asks the whole market, does not wait, and cancels', async () => {
    const client = await new ClientFactory().createFromUrl(indexer.url)
    let task = await say(client, { intent: draft() })
    task = await say(client, { signature: await buyer.signTypedData(wanted(task).sign) }, task, true)
    const get = () => client.getTask({ tenant: '', id: task.id })
    task = await until(async () => {
      const now = await get()
      return now.status?.state === TASK_STATE_INPUT_REQUIRED ? now : undefined
    })
    expect(wanted(task).offers[0].seller).to.equal(seller.address)
    const canceled = await client.cancelTask({ tenant: '', id: task.id, metadata: {} })
    expect(canceled.status?.state).to.equal(TASK_STATE_CANCELED)
    await say(client, {}, task).then(
      () => expect.fail('the task has ended'),
      (error) => expect(String(error)).to.match(/has ended/),
    )
  })

  it('is told what is wrong, and may say it again; others know nothing of its task', async () => {
    const client = await new ClientFactory().createFromUrl(agentUrl)
    let task = await say(client, { intent: { ...draft(), quantity: '-1' } })
    expect(task.status?.state).to.equal(TASK_STATE_INPUT_REQUIRED)
    expect(wanted(task).problem).to.include({ field: 'quantity', status: 400 })
    task = await say(client, { intent: draft() }, task)
    expect(wanted(task)).to.include.keys('sign', 'hash')
    const stranger = privateKeyToAccount(generatePrivateKey())
    task = await say(client, { signature: await stranger.signTypedData(wanted(task).sign) }, task)
    expect(wanted(task).problem.type).to.equal('urn:mesh:problem:signer-wrong')

    const elsewhere = await new ClientFactory().createFromUrl(indexer.url)
    await elsewhere.getTask({ tenant: '', id: task.id }).then(
      () => expect.fail('another agent was given it'),
      (error) => expect(String(error)).to.match(/not found/i),
    )
  })

  it('says who an agent is and what it sells, when it is only asked', async () => {
    const client = await new ClientFactory().createFromUrl(agentUrl)
    const task = await say(client, {})
    expect(task.status?.state).to.equal(TASK_STATE_COMPLETED)
    const told = task.artifacts.find(({ name }) => name === 'agent')?.parts[0]?.content?.value
    expect(told).to.include({ wallet: seller.address })
  })

  describe('when the clients are hostile', () => {
    const post = async (body: unknown, headers: Record<string, string> = {}, path = '/a2a') => {
      const all = { 'Content-Type': 'application/json', 'A2A-Version': '1.0', ...headers }
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await fetch(indexer.url + path, { method: 'POST', headers: all, body: text })
      return { status: response.status, text: await response.text() }
    }
    const sending = (message: unknown) => ({
      ...{ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } },
    })

    it('tells them what is wrong with the form of what they send', async () => {
      const asking = sending({ messageId: '1', role: 'ROLE_USER', parts: [] })
      const cases: [unknown, number | RegExp, Record<string, string>?, string?][] = [
        ['{', 400],
        [[asking], 400],
        [sending('x'.repeat(70_000)), 413],
        [asking, 415, { 'Content-Type': 'text/plain' }],
        [asking, 403, { Origin: 'https://evil.example' }],
        [asking, 404, {}, '/v1/agents/999/a2a'],
        [asking, 400, {}, '/v1/agents/x/a2a'],
        [asking, /-32009|not supported/, { 'A2A-Version': '0.3' }],
        [{}, /-326/],
        [sending(undefined), /-32602|-32600/],
        [sending(7), /-326/],
        [sending({ messageId: '1', parts: 'none' }), /"(error|result)"/],
        [sending({ messageId: '1', taskId: 'none', parts: [] }), /-32001/],
        [{ jsonrpc: '2.0', id: 1, method: 'SendStreamingMessage', params: { message: {} } }, /-32004/],
        [{ jsonrpc: '2.0', id: 1, method: 'ListTasks', params: {} }, /-32004/],
        [{ jsonrpc: '2.0', id: 1, method: 'NoSuch', params: {} }, /-32601/],
      ]
      for (const [body, told, headers, path] of cases) {
        const { status, text } = await post(body, headers, path)
        const about = `${JSON.stringify(body).slice(0, 200)} ${path ?? ''}: ${status} ${text}`
        expect(status, about).to.be.below(500)
        expect(text, about).to.not.match(/node_modules|\.ts:\d|is not a function/)
        if (typeof told === 'number') expect(status, about).to.equal(told)
        else expect(text, about).to.match(told)
      }
    })

    it('answers nasty data in a task by what is wrong with it', async () => {
      for (const value of NASTY) {
        for (const data of [value, { intent: value }, { intent: { ...draft(), quantity: value } }]) {
          const part = typeof data === 'string' ? { text: data } : { data }
          const { status, text } = await post(sending({ messageId: '1', role: 'ROLE_USER', parts: [part] }))
          const about = `${JSON.stringify(data)?.slice(0, 200)}: ${status} ${text.slice(0, 500)}`
          expect(status, about).to.be.below(500)
          expect(text, about).to.not.match(/TASK_STATE_FAILED|-32603|node_modules|\.ts:\d/)
        }
      }
    })

    it('has no more tasks of one of them open than may be', async () => {
      const intent = { intent: { ...draft(), quantity: '-1' } }
      const open = sending({ messageId: '1', role: 'ROLE_USER', parts: [{ data: intent }] })
      let refused = ''
      for (let opened = 0; refused === '' && opened < 100; opened++) {
        const { text } = await post(open)
        if (text.includes('"error"')) refused = text
      }
      expect(refused).to.include('no room')
    })
  })
})
