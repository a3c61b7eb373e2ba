import { generateSiweNonce } from 'viem/siwe'
import { z } from 'zod'
import type { Hex } from '../../../protocol/types.ts'
import { addKey, addSignIn, deleteKey, MAX_KEYS_PER_OWNER, readKeys, takeSignIn } from '../../store/keys.ts'
import type { Tx } from '../../store/store.ts'
import type { ApiKeyRow } from '../../store/tables/keys.ts'
import { metaSchema } from '../../views/meta.ts'
import { address, instant } from '../../views/scalars.ts'
import { defineAction } from '../action.ts'
import { type ApiContext, readWithMeta } from '../context.ts'
import { addressInput, optionalInput } from '../inputs.ts'
import { newKey } from '../keys/api-key.ts'
import { ownerOf } from '../keys/caller.ts'
import { checkSigner, readSignIn, signInMessage } from '../keys/sign-in.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

/** Milliseconds between asking for a message and sending its signature. */
const SIGN_IN_TIMEOUT = 300_000
const DAY = 86_400_000
const DEFAULT_DAYS = 90
const MAX_DAYS = 365
const MAX_MESSAGE = 4_096

const id = z.string().meta({ description: 'By which a key is revoked', example: '5f1c0e9a7b3d2846' })
const view = z
  .object({ id, name: z.string(), owner: address, createdAt: instant, expiresAt: instant })
  .meta({ id: 'ApiKey', description: 'An API key; the key itself is shown once' })

export const prepareKey = defineAction({
  path: '/v1/keys/prepare',
  summary: 'What to sign to get an API key',
  description:
    'Sign-In with Ethereum (EIP-4361). Sign `data.message` by `personal_sign`, and send it with the signature to `POST /v1/keys` within five minutes.',
  params: none,
  body: z.strictObject({
    address: addressInput.meta({ description: 'Who signs: a key, or a contract (ERC-1271)' }),
    name: optionalInput(z.string().regex(/^\P{Cc}{1,64}$/u, '1 to 64 characters')),
    days: optionalInput(z.int().min(1).max(MAX_DAYS)).meta({
      description: `How long the key holds; ${DEFAULT_DAYS} when absent`,
    }),
  }),
  response: z.object({ message: z.string(), nonce: z.string(), expiresAt: instant }),
  problems: { 503: 'This API may not write' },
  async answer({ body: { address: owner, name = 'key', days = DEFAULT_DAYS } }, context) {
    const now = Date.now()
    const nonce = generateSiweNonce()
    const row = { nonce, owner, name, lifetime: days * DAY, expiresAt: now + SIGN_IN_TIMEOUT }
    await write(context, (tx) => addSignIn(tx, row, now))
    const message = signInMessage(row, placeOf(context))
    return { message, nonce, expiresAt: new Date(row.expiresAt).toISOString() }
  },
})

export const issueKey = defineAction({
  path: '/v1/keys',
  summary: 'Makes an API key for who signed in; it is shown once',
  params: none,
  body: z.strictObject({
    message: z.string().max(MAX_MESSAGE),
    signature: z
      .string()
      .regex(/^0x([0-9a-fA-F]{2}){1,4096}$/, 'a signature: 0x and hexadecimal digits')
      .transform((text) => text.toLowerCase() as Hex),
  }),
  response: view.extend({ key: z.string().meta({ example: 'mesh_…' }) }).meta({ id: 'NewApiKey' }),
  problems: { 503: 'This API may not write, or the chain does not answer' },
  async answer({ body: { message, signature } }, context) {
    const { nonce, address: owner } = readSignIn(message, placeOf(context))
    await checkSigner(message, signature, owner, context.network.rpcUrl)
    const now = Date.now()
    const { key, ...made } = newKey()
    const row = await write(context, async (tx) => {
      const signIn = await takeSignIn(tx, nonce, now)
      if (signIn?.owner !== owner) throw nonceUnknown()
      const { name, lifetime } = signIn
      const row = { ...made, owner, name, createdAt: now, expiresAt: now + lifetime }
      if (!(await addKey(tx, row))) throw tooMany()
      return row
    })
    return { ...toView(row), key }
  },
})

export const keys = defineRoute({
  path: '/v1/keys',
  summary: 'The API keys of whose key it is asked with',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ data: z.array(view), meta: metaSchema }),
  problems: { 401: 'Without a key' },
  answer: async (_input, context, request) => {
    const owner = ownerOf(request)
    return readWithMeta(context, async (tx) => (await readKeys(tx, owner, Date.now())).map(toView))
  },
})

export const revokeKey = defineAction({
  path: '/v1/keys/{id}/revoke',
  summary: 'Revokes an API key of whose key it is asked with',
  description: 'It is refused from then on; by other processes within five seconds.',
  params: z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, 'the id of a key: 16 hexadecimal digits') }),
  body: z.strictObject({}),
  response: z.object({ id }),
  problems: { 401: 'Without a key', 404: 'There is no such key', 503: 'This API may not write' },
  async answer({ params }, context, request) {
    const owner = ownerOf(request)
    if (await write(context, (tx) => deleteKey(tx, owner, params.id))) return params
    throw new ApiError(404, 'KEY_NOT_FOUND', 'You have no such key.', {
      field: 'id',
      received: params.id,
      remedy: 'GET /v1/keys lists yours.',
    })
  },
})

function placeOf({ url, network }: ApiContext) {
  return { url, chainId: network.deployment.chainId }
}

function write<T>({ store, isReadOnly }: ApiContext, fn: (tx: Tx) => Promise<T>): Promise<T> {
  if (!isReadOnly) return store.add(fn)
  throw new ApiError(503, 'READ_ONLY', 'This API may not write, and so makes no keys.', {
    remedy: 'Ask one that may, of the same market: its keys count here too.',
  })
}

function toView({ id, name, owner, createdAt, expiresAt }: ApiKeyRow): z.input<typeof view> {
  return {
    ...{ id, name, owner },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

function nonceUnknown(): ApiError {
  return new ApiError(422, 'NONCE_UNKNOWN', 'The nonce of a message cannot be used.', {
    field: 'message.nonce',
    expected: 'one that was given to this address, less than five minutes ago, and not used',
    remedy: 'POST /v1/keys/prepare gives a new one.',
  })
}

function tooMany(): ApiError {
  return new ApiError(422, 'TOO_MANY_KEYS', 'An address has as many keys as it may.', {
    expected: `at most ${MAX_KEYS_PER_OWNER}`,
    remedy: 'Revoke one that is not needed: POST /v1/keys/{id}/revoke.',
  })
}
