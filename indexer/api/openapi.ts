import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import type { Route } from './route.ts'

/** The OpenAPI 3.1 document of the API, made from the schemas that its routes use. */
export function openApiDocument(routes: Route[], others: RouteConfig[]) {
  const registry = new OpenAPIRegistry()
  for (const { documentation } of routes) registry.registerPath(documentation)
  for (const documentation of others) registry.registerPath(documentation)
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'MESH market API',
      version: '1.0.0',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'What happened on a MESH market: agents, intents, agreements, trades, energy slots. Amounts are integers as decimal strings, money in minor units of the token, energy in Wh, prices in minor units per lot. Lists come newest first. `meta` names the block that an answer is true of.',
    },
  })
}
