import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { Route } from '../route.ts'
import { clipped, STRANGERS } from '../strangers.ts'
import { ACTS, defineTool, PAYS, READS, type Tool } from './tool.ts'

/** Entries of a page when it is not said how many: a model reads all that it is given. */
const DEFAULT_LIMIT = 10

/** A route that only reads, as a tool. @param hint what a model has to know besides */
export function reads(name: string, route: Route, hint = ''): Tool {
  const tool = fromRoute(name, route, READS, `${hint} ${STRANGERS}`.trim())
  return { ...tool, call: async (given, asking) => clipped(await tool.call(given, asking)) }
}

/** A route that says what to sign. */
export function prepares(name: string, route: Route, hint = ''): Tool {
  return fromRoute(name, route, READS, hint)
}

/** A route that does what was signed, and moves no money. */
export function acts(name: string, route: Route, hint = ''): Tool {
  return fromRoute(name, route, ACTS, hint)
}

/** A route by which money moves. */
export function pays(name: string, route: Route, hint: string): Tool {
  return fromRoute(name, route, PAYS, hint)
}

/** What the route takes and answers, and the function that answers, are those of REST. */
function fromRoute(name: string, route: Route, annotations: ToolAnnotations, hint: string): Tool {
  const { summary = name, description = '' } = route.documentation
  const isPaged = 'limit' in route.input.shape
  return defineTool({
    name,
    title: summary,
    description: `${description} ${hint}`.trim(),
    ...{ input: route.input, output: route.output, annotations },
    isAction: route.method === 'post',
    call: async (given, { context, request }) =>
      (await route.answer(isPaged ? { limit: DEFAULT_LIMIT, ...given } : given, context, request)) as object,
  })
}
