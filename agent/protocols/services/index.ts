export type { SignedAnswer } from './answers.ts'
export { type RequestOptions, requestOptionsSchema } from './asker.ts'
export {
  type Asking,
  type Service,
  type ServiceHandler,
  type ServiceOptions,
  serviceOf,
  serviceOptionsSchema,
} from './service.ts'
export { serviceAt } from './service-at.ts'
export { Services } from './services.ts'
