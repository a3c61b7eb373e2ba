import { validationRegistryAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import { keepable } from '../store/text.ts'
import { defineHandler, type Handler } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** Keeps what validators were asked about agents, and what they answered last. */
export function validationRegistryHandler(address: Address): Handler {
  return defineHandler(address, validationRegistryAbi, {
    ValidationRequest({ validatorAddress: validator, agentId, requestURI, requestHash }, changes, place) {
      changes.get('validations', { requestHash })
      const { number: block, timestamp: requestedAt } = changes.block
      const unanswered = {
        response: null,
        responseUri: null,
        responseHash: null,
        tag: null,
        answeredAt: null,
      }
      changes.put('validations', {
        ...{ requestHash, block, logIndex: place.logIndex, agentId, validator, requestedAt },
        ...{ requestUri: keepable(requestURI), ...unanswered },
      })
    },

    ValidationResponse({ requestHash, response, responseURI, responseHash, tag }, changes) {
      const row = changes.get('validations', { requestHash })
      if (row === undefined) throw unknownRow('validation', requestHash)
      const answer = { response, responseUri: keepable(responseURI), responseHash, tag: keepable(tag) }
      changes.put('validations', { ...row, ...answer, answeredAt: changes.block.timestamp })
    },
  })
}
