import { TaskState } from '@a2a-js/sdk'
import { expect } from 'chai'
import { agentCard } from '../../indexer/api/a2a/card.ts'
import { dataOf, partsOf } from '../../indexer/api/a2a/parts.ts'
import { type TaskRecord, Tasks } from '../../indexer/api/a2a/tasks.ts'
import type { AgentView } from '../../indexer/views/agent.ts'

const HOUR = 3_600_000

describe('tasks of clients', () => {
  const end = ({ task }: TaskRecord) => {
    if (task.status !== undefined) task.status.state = TaskState.TASK_STATE_CANCELED
  }
  /** As many as there may be, each of another address. */
  function fill(tasks: Tasks, now: number): TaskRecord[] {
    const records: TaskRecord[] = []
    for (;;) {
      const record = tasks.add('1', '', `10.0.${records.length >> 8}.${records.length & 255}`, now)
      if (record === undefined) return records
      records.push(record)
    }
  }

  it('are bounded in number for all, and those that have ended make room', () => {
    const tasks = new Tasks()
    const records = fill(tasks, 0)
    expect(records).to.have.length(500)
    const [first] = records as [TaskRecord]
    end(first)
    const next = tasks.add('1', '', '10.1.0.1', 0)
    expect(next).to.be.an('object')
    expect(tasks.get(first.task.id, '1')).to.equal(undefined)
    expect(tasks.add('1', '', '10.1.0.2', 0)).to.equal(undefined)
  })

  it('are forgotten an hour after they were last spoken of, but none that is at work', () => {
    const tasks = new Tasks()
    const [idle, busy, recent] = fill(tasks, 0) as [TaskRecord, TaskRecord, TaskRecord]
    busy.turn = new AbortController()
    recent.touchedAt = HOUR
    expect(tasks.add('1', '', '10.1.0.1', HOUR + 1)).to.be.an('object')
    const isKept = ({ task }: TaskRecord) => tasks.get(task.id, '1') !== undefined
    expect([idle, busy, recent].map(isKept)).to.deep.equal([false, true, true])
  })

  it('are bounded for one address, those that have ended aside', () => {
    const tasks = new Tasks()
    const records = Array.from({ length: 32 }, () => tasks.add('1', '', '2001:db8::1', 0))
    // Another address of the same customer.
    expect(tasks.add('1', '', '2001:db8::2', 0)).to.equal(undefined)
    expect(tasks.add('1', '', '2001:db9::1', 0)).to.be.an('object')
    end(records[0] as TaskRecord)
    expect(tasks.add('1', '', '2001:db8::1', 0)).to.be.an('object')
  })

  it('are found by the agent that they were given to alone', () => {
    const tasks = new Tasks()
    const { task } = tasks.add('1', '', '10.0.0.1', 0) as TaskRecord
    expect(tasks.get(task.id, '1')?.task).to.equal(task)
    expect(tasks.get(task.id, '2')).to.equal(undefined)
    expect(tasks.get(task.id, undefined)).to.equal(undefined)
  })

  it('take JSON as data or as text', () => {
    expect(dataOf({ parts: partsOf('words', { a: 1 }) })).to.deep.equal({ a: 1 })
    expect(dataOf({ parts: partsOf(' {"a": 1}') })).to.deep.equal({ a: 1 })
    expect(dataOf({ parts: partsOf('{words}') })).to.equal(undefined)
    expect(dataOf({ parts: [] })).to.equal(undefined)
  })
})

describe('the card of an agent', () => {
  const view = (file: object, names: string[]) =>
    ({
      agentId: '7',
      uri: `data:application/json,${encodeURIComponent(JSON.stringify(file))}`,
      capability: { capabilities: names.map((name) => ({ name, version: '', model: '', attributes: [] })) },
    }) as unknown as AgentView

  it('has the name of its registration, a skill for each capability, and where tasks are given to it', () => {
    const card = agentCard(
      'https://market.example',
      view({ name: 'Roof', description: 'Sun' }, ['energy.supply']),
    )
    expect(card).to.include({ name: 'Roof', description: 'Sun' })
    expect(card.skills[0]).to.include({ id: 'energy.supply' })
    expect(card.skills[0]?.tags).to.deep.equal(['energy.supply', 'energy', 'supply'])
    expect(card.supportedInterfaces[0]?.url).to.equal('https://market.example/v1/agents/7/a2a')
  })

  it('is bounded, whatever strangers write into their registration', () => {
    const file = { name: 'n'.repeat(5_000), description: 'd'.repeat(5_000) }
    const card = agentCard('http://127.0.0.1', view(file, Array(500).fill('energy.supply')))
    expect(card.name).to.have.length(100)
    expect(card.description).to.have.length(1_000)
    expect(card.skills).to.have.length(64)
  })

  it('names an agent that says nothing by its id', () => {
    expect(agentCard('http://127.0.0.1', view([], [])).name).to.equal('Agent 7')
  })
})
