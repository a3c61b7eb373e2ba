import { randomUUID } from 'node:crypto'
import { type Artifact, type Message, type Part, Role } from '@a2a-js/sdk'

const BARE = { metadata: undefined, filename: '' }

/** What an agent says: a sentence, and JSON. */
export function partsOf(text: string, data?: object): Part[] {
  const said: Part = { content: { $case: 'text', value: text }, mediaType: 'text/plain', ...BARE }
  return data === undefined ? [said] : [said, dataPart(data)]
}

function dataPart(value: object): Part {
  return { content: { $case: 'data', value }, mediaType: 'application/json', ...BARE }
}

/** A message of the agent's in a task. */
export function messageOf(task: { id: string; contextId: string }, parts: Part[]): Message {
  const { id: taskId, contextId } = task
  const nothing = { metadata: undefined, extensions: [], referenceTaskIds: [] }
  return { messageId: randomUUID(), role: Role.ROLE_AGENT, taskId, contextId, parts, ...nothing }
}

/** @param name what it is, such as `offer` */
export function artifactOf(name: string, artifactId: string, data: object): Artifact {
  return {
    ...{ artifactId, name, description: '' },
    ...{ parts: [dataPart(data)], metadata: undefined, extensions: [] },
  }
}

/** The JSON in a message: that of its first data part, or of a text that is JSON; undefined when there is none. */
export function dataOf({ parts }: Pick<Message, 'parts'>): unknown {
  for (const { content } of parts) {
    if (content?.$case === 'data') return content.value
    if (content?.$case !== 'text' || !/^\s*\{/.test(content.value)) continue
    try {
      return JSON.parse(content.value)
    } catch {
      // Words that begin so.
    }
  }
  return undefined
}
