import { compileContracts, contractsPending, contractsTask } from './contracts.mjs'
import { buildDashboard, dashboardPending, dashboardTask } from './dashboard.mjs'
import { dependenciesPending, dependenciesTask, installDependencies } from './dependencies.mjs'
import { say } from './messages.mjs'
import { run } from './run.mjs'
import { withSetUpLock } from './set-up-lock.mjs'
import { installToolchain, toolchainPending, toolchainTask } from './toolchain.mjs'

const base = [
  { pending: toolchainPending, task: toolchainTask, perform: installToolchain },
  { pending: dependenciesPending, task: dependenciesTask, perform: installDependencies },
]
const contracts = { pending: contractsPending, task: contractsTask, perform: compileContracts }
const dashboard = { pending: dashboardPending, task: dashboardTask, perform: buildDashboard }

/**
 * Sets up what is missing, in order: Node, the dependencies, the compiled contracts, the dashboard. Says nothing, and takes
 * milliseconds, when nothing is.
 * @param {object} wanted
 * @param {boolean} wanted.contracts whether the command needs them
 * @param {boolean} wanted.dashboard whether the command may serve it
 * @throws {import('./messages.mjs').LaunchError} when a step fails
 */
export async function setUp(wanted) {
  const steps = [...base, ...(wanted.contracts ? [contracts] : []), ...(wanted.dashboard ? [dashboard] : [])]
  if (!steps.some((step) => step.pending())) return
  await withSetUpLock(async (addOwner) => {
    const runStep = (file, args, options) =>
      run(file, args, { output: 'stderr', ...options, onStart: addOwner })
    for (const step of steps) {
      // Another launcher may have done it while this one waited for the lock.
      if (!step.pending()) continue
      const task = step.task()
      const start = performance.now()
      say(`${task} ...`)
      await step.perform(runStep)
      say(`${task}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`)
    }
  })
}
