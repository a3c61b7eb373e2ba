/**
 * Mocha's workers tell what failed as JSON, which has no bigint, and a file of which one test fails so is lost as a whole: with this
 * they tell it as text.
 */
const { send } = process
if (send !== undefined && process.env.MOCHA_WORKER_ID !== undefined) {
  process.send = (message: unknown, ...rest: unknown[]) => {
    const text = JSON.stringify(message, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))
    return Reflect.apply(send, process, [JSON.parse(text), ...rest])
  }
}
