import type { HDAccount } from 'viem/accounts'
import type { Hex } from '../../../protocol/types.ts'
import type { Answer } from './api.ts'

/** An account that has webhooks: it signs with a stock wallet what the API prepares. */
export class WebhookOwner {
  readonly account: HDAccount
  readonly #url: () => string

  constructor(account: HDAccount, url: () => string) {
    this.account = account
    this.#url = url
  }

  /** @returns the webhook's id and secret */
  async register(url: string, filter = ''): Promise<{ id: Hex; secret: string }> {
    const { status, body } = await this.act('register', '', { url, filter })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.data
  }

  async list(): Promise<Record<string, unknown>[]> {
    return (await this.act('list', '/list')).body.data
  }

  async letters(id: Hex): Promise<Record<string, unknown>[]> {
    return (await this.act('letters', `/${id}/letters`, { webhook: id })).body.data
  }

  /** Has something done about one webhook. */
  about(id: Hex, action: 'delete' | 'ping' | 'redeliver', more: object = {}): Promise<Answer> {
    return this.act(action, `/${id}/${action}`, { webhook: id, ...more })
  }

  /** Prepares, signs and sends. */
  async act(action: string, path: string, more: object = {}): Promise<Answer> {
    const prepared = await this.prepare(action, more)
    return prepared.status === 200 ? this.post(path, await this.sign(prepared)) : prepared
  }

  prepare(action: string, more: object = {}): Promise<Answer> {
    return this.post('/prepare', { action, owner: this.account.address, ...more })
  }

  async sign({ body: { data } }: Answer): Promise<{ request: Record<string, string>; signature: Hex }> {
    return { request: data.request, signature: await this.account.signTypedData(data.typedData) }
  }

  async post(path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.#url()}/v1/webhooks${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
}
