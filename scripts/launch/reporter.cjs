const { reporters, Runner } = require('mocha')

/** Mocha's own reporter; at the end it tells which tests passed at their second attempt only, and why the first one failed. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const retried = []
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => retried.push({ test, error }))
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      if (retried.length === 0) return
      reporters.Base.consoleLog(`  ${retried.length} retried:\n`)
      for (const { test, error } of retried) {
        reporters.Base.consoleLog(`  ${test.fullTitle()}\n    ${error.stack ?? error.message}\n`)
      }
    })
  }
}
