import type { Tool as ListedTool, ToolAnnotations } from '@modelcontextprotocol/server'
import type { Request } from 'express'
import { z } from 'zod'
import type { ApiContext } from '../context.ts'
import type { LiveFeed } from '../live-feed.ts'
import type { Places } from '../places.ts'

/** What a tool answers from, and whom. */
export interface Asking {
  context: ApiContext
  feed: LiveFeed
  /** For calls that wait. */
  watches: Places
  request: Request
  /** Aborts when the client has gone, or the server ends. */
  signal: AbortSignal
}

/** A tool of a language model. */
export interface Tool {
  /** As clients see it. */
  listed: ListedTool
  /** Whether a call counts among those by which one address may have something done. */
  isAction: boolean
  /**
   * @param given by the client, not looked at yet
   * @throws ApiError
   */
  call(given: Record<string, unknown>, asking: Asking): Promise<object>
}

interface ToolDefinition extends Pick<Tool, 'isAction' | 'call'> {
  name: string
  /** One sentence without its period. */
  title: string
  /** What a model has to know besides. */
  description: string
  input: z.ZodObject
  output: z.ZodType
  annotations: ToolAnnotations
}

/** What is read, or prepared to be signed: nothing changes by it. */
export const READS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} satisfies ToolAnnotations
/** What is done once, however often it is asked for. */
export const ACTS = { ...READS, readOnlyHint: false } satisfies ToolAnnotations
/** What moves money. */
export const PAYS = { ...ACTS, destructiveHint: true } satisfies ToolAnnotations

export function defineTool(definition: ToolDefinition): Tool {
  const { name, title, description, input, output, annotations, isAction, call } = definition
  return {
    listed: {
      name,
      title,
      description: `${title}. ${description}`.trim(),
      inputSchema: jsonSchema(input, 'input'),
      outputSchema: jsonSchema(output, 'output'),
      annotations: { title, ...annotations },
    },
    isAction,
    call,
  }
}

/** Of an answer, patterns and examples are left out: a model is to read it, and pays for each word of the list. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const written = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if ('example' in jsonSchema && io === 'input') jsonSchema.examples = [jsonSchema.example]
      delete jsonSchema.example
      if (io === 'output') delete jsonSchema.pattern
    },
  })
  return written as ListedTool['inputSchema']
}
