import { apiDocument } from '../../indexer/api/routes/index.ts'

type Schema = {
  type?: string | string[]
  enum?: unknown[]
  minimum?: number
  maximum?: number
  pattern?: string
  description?: string
}
type Parameter = { name: string; in: string; required?: boolean; schema?: Schema; description?: string }
type Operation = {
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: {
    content?: Record<string, { schema?: { properties?: Record<string, Schema>; required?: string[] } }>
  }
  responses?: Record<string, { description?: string }>
}

/** The reference of the HTTP API, from its OpenAPI document. */
export function restReference(): string {
  const document = apiDocument()
  const sections = Object.entries(document.paths ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, Operation>).map(([method, operation]) =>
        section(method.toUpperCase(), path, operation),
      ),
    )
  return `# HTTP API

Every route with what it takes and how it answers, from the OpenAPI document that a market serves at \`/openapi.json\`, where the schemas of
the answers are besides. \`GET /docs\` shows it in a browser. Conventions, examples and limits: [the HTTP API](../api.md).

${sections.join('\n\n')}`
}

function section(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation
  const body = requestBody?.content?.['application/json']?.schema
  const fields = Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'body',
    required: body?.required?.includes(name) ?? false,
    schema,
  }))
  const rows = [...parameters, ...fields].map(row)
  const table = rows.length === 0 ? [] : [['| takes | in | is |', '|---|---|---|', ...rows].join('\n')]
  const answers = Object.entries(responses).map(
    ([status, { description = '' }]) => `${status} ${cell(description)}`,
  )
  return [
    `## ${method} ${path}`,
    ...[summary, description].filter((words) => words !== undefined),
    ...table,
    `Answers: ${answers.join('; ')}`,
  ].join('\n\n')
}

function row({ name, in: where, required, schema = {}, description }: Parameter): string {
  const range = [schema.minimum, schema.maximum].filter((bound) => bound !== undefined).join(' to ')
  const kind = schema.enum?.map((value) => `\`${value}\``).join(', ') ?? [schema.type].flat().join(' or ')
  const said = description ?? schema.description ?? ''
  const parts = [kind, range, said].filter((part) => part)
  return `| \`${name}\`${required ? ' (required)' : ''} | ${where} | ${cell(parts.join('; '))} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
