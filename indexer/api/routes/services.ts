import type { NextFunction, Request, Response } from 'express'
import { z } from 'zod'
import type { Asking } from '../../gateway.ts'
import { metaSchema } from '../../views/meta.ts'
import { address, amount, bytes, hash, unixSeconds } from '../../views/scalars.ts'
import { jsonBody } from '../action.ts'
import { type ApiContext, readWithMeta } from '../context.ts'
import { faultOf } from '../fault.ts'
import { addressParameter, capabilityParameter } from '../parameters.ts'
import { parseBody } from '../parse-given.ts'
import { Advances } from '../payments/advances.ts'
import { ApiError, problemSchema } from '../problem.ts'
import { parse, type Route } from '../route.ts'

/** Milliseconds for which a price that an agent told is not asked for again; it is bound to it for a minute. */
const PRICE_MEMORY = 20_000
/** Most prices that are remembered. */
const MAX_PRICES = 1_000
/** How many answers the gateway pays into escrow at a time, for all who ask the same agent; what is not used comes back. */
const REQUESTS = 16
const MAX_QUESTION = 16_384

const path = '/v1/agents/{agent}/services/{service}'
const params = z.object({ agent: addressParameter, service: capabilityParameter })
const body = z.strictObject({
  question: z.string().max(MAX_QUESTION).meta({ description: 'What it means is the service’s own affair' }),
})
const response = z
  .object({
    agent: address,
    capability: z.string(),
    text: z.string().meta({ description: 'The answer, as UTF-8' }),
    body: z.string().meta({ description: 'The answer, as base64' }),
    price: amount,
    question: hash.meta({ description: 'Keccak-256 of the question' }),
    answeredAt: unixSeconds,
    expiry: unixSeconds,
    signature: bytes.meta({ description: "The agent's, of `ServiceAnswer`: docs/protocol/services.md" }),
  })
  .meta({ id: 'Answer' })
const output = z.object({ data: response, meta: metaSchema })

const problems = {
  400: 'The body, a parameter or the payment is malformed',
  402: 'It has its price: `PAYMENT-REQUIRED` says what, as x402 has it',
  404: 'No such agent, or it does not have that service',
  422: 'The agent refuses, or is dearer than this API passes on',
  503: 'Nobody is asked here, or nobody more at present',
  504: 'The agent does not answer',
}

/** Asks an agent's service for who has a wallet and no node. */
export const askService: Pick<Route, 'method' | 'path' | 'documentation' | 'handler'> = {
  method: 'post',
  path,
  documentation: {
    method: 'post',
    path,
    summary: 'Asks the service of an agent, and pays for its answer by x402',
    description:
      'The gateway asks, and pays the agent; the client pays the gateway as much, and only for an answer.',
    request: { params, body: { required: true, content: { 'application/json': { schema: body } } } },
    responses: {
      200: { description: 'Answered, and paid', content: { 'application/json': { schema: output } } },
      ...Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          status,
          { description, content: { 'application/problem+json': { schema: problemSchema } } },
        ]),
      ),
    },
  },
  handler(context) {
    const advances = new Advances(context.servicePrice ?? 0n)
    const prices = new Prices()
    return [
      ...jsonBody,
      async (request, reply, next) => {
        const { agent: asked, service: capability } = parse(params, request.params, 'path')
        const { question } = parseBody(body, request.body)
        const { asking, most } = askingOf(context)
        const agent = agentOf(asking, asked, capability)
        const price = await orFault(
          prices.of(`${asked} ${capability}`, () => asking.priceOf(agent, { capability })),
        )
        if (price > most) throw tooDear(price, most)
        const answer = async () => {
          const options = { capability, maxPrice: price, requests: REQUESTS }
          const { value, signature, text, body } = await orFault(asking.request(agent, question, options))
          const { data, meta } = await readWithMeta(context, async () => ({
            ...{ agent: asked, capability, text, body: Buffer.from(body).toString('base64') },
            ...{ price: String(price), question: value.question, signature },
            answeredAt: String(value.answeredAt),
            expiry: String(value.expiry),
          }))
          reply.json({ data, meta })
        }
        if (price === 0n) return answer()
        const charge = { amount: price, what: 'An answer of this agent', base: context.url, advances }
        const goOn: NextFunction = (error?: unknown) => {
          if (error === undefined) answer().catch(next)
          else next(error)
        }
        await (await context.till()).charge(charge, [request as Request, reply as Response, goOn])
      },
    ]
  },
}

/** What agents told that they cost, for a while. */
class Prices {
  readonly #known = new Map<string, { price: Promise<bigint>; until: number }>()

  of(service: string, ask: () => Promise<bigint>): Promise<bigint> {
    const known = this.#known.get(service)
    if (known !== undefined && known.until > Date.now()) return known.price
    const price = ask()
    this.#known.delete(service)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= MAX_PRICES) this.#known.delete(oldest)
    this.#known.set(service, { price, until: Date.now() + PRICE_MEMORY })
    price.catch(() => this.#known.delete(service))
    return price
  }
}

/** @throws ApiError 503 where nobody is asked */
function askingOf({ gateway, servicePrice: most }: ApiContext): { asking: Asking; most: bigint } {
  if (gateway?.priceOf !== undefined && gateway.request !== undefined && most !== undefined) {
    return { asking: gateway as Asking, most }
  }
  throw new ApiError(503, 'SERVICES_MISSING', 'This API asks no agents for you.', {
    remedy: 'Ask one that was started with a limit for what answers may cost, or by a node of your own.',
  })
}

/** @throws ApiError 404 */
function agentOf(asking: Asking, agent: `0x${string}`, capability: string) {
  const record = asking.recordOf(agent)
  const has = record?.value.capabilities.map(({ name }) => name) ?? []
  if (record !== undefined && has.includes(capability)) return { record }
  throw new ApiError(
    404,
    'SERVICE_NOT_FOUND',
    'No such agent is known here, or it does not have this service.',
    {
      field: record === undefined ? 'agent' : 'service',
      expected: record === undefined ? 'the address of an agent that has told of itself' : has.join(', '),
      received: record === undefined ? agent : capability,
      remedy: 'GET /v1/agents?capability=… says who has it.',
    },
  )
}

/** What goes wrong between gateway and agent; that the gateway has too little money is not the client's to mend. */
function orFault<T>(doing: Promise<T>): Promise<T> {
  return doing.catch((cause: unknown) => {
    const fault = faultOf(cause)
    if (fault?.status !== 402) throw fault ?? cause
    throw new ApiError(503, 'GATEWAY_POOR', 'The gateway cannot pay the agent at present.', {
      remedy: 'Try again later, or ask the agent by a node of your own. Nothing was paid.',
      cause,
    })
  })
}

function tooDear(price: bigint, most: bigint): ApiError {
  return new ApiError(422, 'PRICE_TOO_HIGH', 'The agent is dearer than what this API passes on.', {
    field: 'service',
    expected: `at most ${most} an answer`,
    received: price,
    remedy: 'Ask it by a node of your own, or another agent.',
  })
}
