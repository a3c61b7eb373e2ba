import type { NextFunction, Request, Response } from 'express'
import type { PublicClient } from 'viem'
import { chainFault } from '../../../agent/index.ts'
import type { NetworkDescriptor } from '../../../protocol/deployment.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import { chainClient } from '../../chain-client.ts'
import type { Gateway } from '../../gateway.ts'
import { faultOf } from '../fault.ts'
import { ApiError } from '../problem.ts'
import type { Advances } from './advances.ts'
import { type Due, PaymentRefused, paymentRequired, paymentResponse } from './due.ts'
import { Facilitator } from './facilitator.ts'
import { parsePayment } from './payment.ts'
import { withhold } from './withhold.ts'

/** Most characters of a URL that a 402 repeats: a header has to hold it. */
const MAX_URL = 512

/** Where payments are taken, and for whom. */
export interface TillInit {
  network: NetworkDescriptor
  /** The market's token. */
  token: Address
  gateway: Gateway | undefined
  /** Who is paid; absent: the gateway. */
  payTo: Address | undefined
}

/** Takes payments for one market, in its token. */
export class Till {
  readonly #facilitator: Facilitator
  readonly #due: Omit<Due, 'amount'>

  private constructor(facilitator: Facilitator, due: Omit<Due, 'amount'>) {
    this.#facilitator = facilitator
    this.#due = due
  }

  /** @throws ConfigError `GATEWAY_MISSING`; ChainError `CHAIN_UNREACHABLE` */
  static async open({ network, token, gateway, payTo }: TillInit): Promise<Till> {
    const account = gateway?.account
    const address = payTo ?? gateway?.address
    if (account === undefined || address === undefined) throw gatewayMissing()
    const client = chainClient([network.rpcUrl])
    const domain = await domainOf(client, token)
    const { chainId } = network.deployment
    return new Till(new Facilitator({ client, account }), { chainId, token, domain, payTo: address })
  }

  /**
   * Goes on with a request that is paid for, and keeps its answer back until it is; or says what is due.
   *
   * @throws ApiError 402 `PAYMENT_REQUIRED` or `PAYMENT_REFUSED`, with `PAYMENT-REQUIRED`; 400 `PAYMENT_MALFORMED`; 503; and
   *   as `Advances.begin`
   */
  async charge({ amount, what, base, advances }: Charge, [request, response, next]: Exchange): Promise<void> {
    const due = { ...this.#due, amount }
    const url = (base + request.path).slice(0, MAX_URL)
    const header = request.get('PAYMENT-SIGNATURE')
    if (header === undefined) {
      response.set('PAYMENT-REQUIRED', paymentRequired(due, url, undefined))
      throw required(due, what)
    }
    /** What is no fault of the payment asks for none. */
    const orSay = (error: unknown): never => {
      if (error instanceof PaymentRefused) {
        response.set('PAYMENT-REQUIRED', paymentRequired(due, url, error.reason))
      }
      throw faultOf(error) ?? error
    }
    const facilitator = this.#facilitator
    const payment = parsePayment(header)
    using taken = new DisposableStack()
    try {
      await facilitator.check(payment, due)
      taken.use(facilitator.hold(payment))
      await facilitator.verify(payment, due)
      // Not before: anybody can say that a payment is somebody's.
      taken.use(advances?.begin(payment.payload.authorization.from))
    } catch (error) {
      orSay(error)
    }
    const kept = taken.move()
    const settle = async () => {
      const settled = await facilitator.settle(payment, due).catch((error: unknown) => {
        advances?.lose(amount)
        return orSay(error)
      })
      // What costs something each time is made once for a payment, whether its client waits for it or not.
      if (advances !== undefined) facilitator.forget(payment)
      else response.once('finish', () => facilitator.forget(payment))
      return paymentResponse(settled)
    }
    withhold(response, next, { settle, isOwed: advances !== undefined, release: () => kept.dispose() })
    next()
  }
}

/** What is charged for. */
interface Charge {
  /** Minor units. */
  amount: bigint
  /** What it is for, in words. */
  what: string
  /** Where the API is reached. */
  base: string
  /** What is kept of those whose answers cost the gateway something; absent: they do not. */
  advances?: Advances
}

/** A request, its response, and what goes on with them. */
type Exchange = [Request, Response, NextFunction]

/** Opens a till for the market that is there now, again when another one has come instead. */
export function tills(init: () => TillInit): () => Promise<Till> {
  let till: { of: NetworkDescriptor; opened: Promise<Till> } | undefined
  return () => {
    const now = init()
    if (till?.of === now.network) return till.opened
    const opened = Till.open(now)
    till = { of: now.network, opened }
    opened.catch(() => {
      if (till?.opened === opened) till = undefined
    })
    return opened
  }
}

async function domainOf(client: PublicClient, token: Address): Promise<Due['domain']> {
  const { domain } = await client.getEip712Domain({ address: token }).catch((error: unknown) => {
    throw chainFault(error) ?? error
  })
  return { name: domain.name ?? '', version: domain.version ?? '' }
}

function required({ amount, token, payTo }: Due, what: string): ApiError {
  return new ApiError(402, 'PAYMENT_REQUIRED', `${what} has its price.`, {
    expected: `${amount} minor units of ${token}, to ${payTo}`,
    remedy:
      'Pay by x402 as `PAYMENT-REQUIRED` says, which `@x402/fetch` does by itself; where there is a `Retry-After`, you may wait instead.',
  })
}

/** That nobody is there who could take a payment. */
export function gatewayMissing(): ConfigError {
  return new ConfigError('GATEWAY_MISSING', 'There is no account that takes payments.', {
    field: 'price',
    expected: 'a gateway with a key and gas money',
    received: 'none',
    remedy: 'Start the API with a mesh node that has a chain, or leave the price out.',
  })
}
