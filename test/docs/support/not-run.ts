/** Snippets of a page that begin so, and why no test runs them. */
export interface NotRun {
  readonly page: string
  readonly starts: string
  readonly reason: string
}

const mesh = (page: string, starts: string, reason: string): NotRun => ({
  page,
  starts: `npm run -s mesh -- ${starts}`,
  reason,
})

const LONG = 'takes minutes beside other tests, and is run by'
const SLOTS = `${LONG} test/e2e/replay-slots.long.test.ts`
const UP = 'is the market that test/e2e/documentation.test.ts starts for all others'
const KEYS = 'signs with cast (Foundry), which need not be here; the same requests are sent by'
const WORLD = 'needs a chain, a broker or machines of the reader'

/**
 * Snippets that no test runs as they stand. They are checked all the same: TypeScript is compiled, and of `mesh` every command and option
 * is held against the program. What a test of its own does is named with it.
 */
export const NOT_RUN: readonly NotRun[] = [
  { page: 'README.md', starts: 'git clone', reason: UP },
  mesh('README.md', 'up --drivers', UP),
  mesh('README.md', 'ride', 'asks at the keyboard: test/e2e/ride-command.test.ts'),
  mesh('README.md', 'replay energy --market bilateral', `${LONG} test/e2e/replay.long.test.ts`),
  mesh('README.md', 'replay energy --data', SLOTS),
  mesh('README.md', 'replay energy --json', SLOTS),
  mesh('README.md', 'init', 'installs a package, for minutes'),
  { page: 'README.md', starts: 'mkdir -p ~/.local/bin', reason: 'changes the home of the reader' },
  mesh('README.md', 'learn round', `${LONG} test/e2e/learn-round.test.ts`),
  { page: 'README.md', starts: "import { readFile } from 'node:fs/promises'", reason: WORLD },
  { page: 'docs/api.md', starts: 'createdb mesh', reason: `${WORLD}: test/indexer/replica.test.ts` },
  { page: 'docs/api/limits.md', starts: 'ask()', reason: `${KEYS} test/indexer/keys.test.ts` },
  { page: 'docs/api/live.md', starts: 'ASKED=', reason: `${KEYS} test/indexer/keys.test.ts` },
  {
    page: 'docs/api/mcp.md',
    starts: 'const { data }',
    reason: 'goes on from a client: test/e2e/mcp.test.ts',
  },
  { page: 'docs/api/trading.md', starts: 'ask()', reason: `${KEYS} test/e2e/http-trading.test.ts` },
  { page: 'docs/api/x402.md', starts: 'import { Exact', reason: `${WORLD}: test/e2e/x402.test.ts` },
  { page: 'docs/api/x402.md', starts: 'const response', reason: `${WORLD}: test/e2e/x402-services.test.ts` },
  {
    page: 'docs/browser.md',
    starts: 'import { MeshNetwork } from',
    reason: 'is for a page: test/e2e/browser.long.test.ts',
  },
  mesh('docs/energy.md', 'replay energy --data mine.csv --neighbours', SLOTS),
  mesh('docs/energy.md', 'meter street.csv --tokens', 'listens until Ctrl-C: test/cli/meter.test.ts'),
  {
    page: 'docs/energy.md',
    starts: 'curl -H "Authorization',
    reason: 'needs the token of a meter: test/cli/meter.test.ts',
  },
  mesh('docs/energy.md', 'up --tokens', 'runs until Ctrl-C: test/e2e/up-meters.long.test.ts'),
  mesh('docs/energy.md', 'meter street.csv --mqtt', `${WORLD}: test/cli/meter.test.ts`),
  mesh('docs/forecasting.md', 'learn forecast', `${LONG} test/cli/learn-forecast.test.ts`),
  mesh(
    'docs/forecasting.md',
    'replay energy --offline --forecast',
    `${LONG} test/cli/replay-energy.long.test.ts`,
  ),
  mesh('docs/knowledge.md', 'knowledge demo', 'is run by test/e2e/knowledge-command.test.ts'),
  {
    page: 'docs/knowledge.md',
    starts: 'import { requestValidation',
    reason: 'is done by test/e2e/attestation.test.ts',
  },
  {
    page: 'docs/knowledge.md',
    starts: 'import { requiring',
    reason: 'is done by test/e2e/attestation.test.ts',
  },
  mesh('docs/learning.md', 'learn simulate', `${LONG} test/cli/learn-simulate.test.ts`),
  mesh('docs/learning.md', 'learn earnings', `${LONG} test/e2e/learn-earnings.test.ts`),
  mesh('docs/privacy.md', 'learn simulate', `${LONG} test/cli/learn-privacy.test.ts`),
  {
    page: 'docs/privacy.md',
    starts: 'import { aggregationRule, bucketed',
    reason: 'goes on from the snippet before it',
  },
  mesh('docs/rides.md', 'up --drivers', `${UP}; it asks at the keyboard: test/e2e/ride-command.test.ts`),
  {
    page: 'docs/rides.md',
    starts: 'import { MeshNetwork',
    reason: 'waits for a driver: test/e2e/rides.test.ts',
  },
  { page: 'docs/rides.md', starts: 'import { hasEnded', reason: 'drives for ever: test/e2e/rides.test.ts' },
  { page: 'docs/rides.md', starts: 'await trip', reason: 'takes two on the way: test/e2e/trips.test.ts' },
  mesh(
    'docs/rides.md',
    'replay rides',
    `${LONG} test/cli/replay-rides.test.ts and test/e2e/replay-rides.test.ts`,
  ),
  mesh('docs/rounds.md', 'learn round', `${LONG} test/e2e/learn-round.test.ts`),
  {
    page: 'docs/rounds.md',
    starts: 'import',
    reason: 'takes part in a task that is open: test/e2e/learning.test.ts',
  },
  { page: 'docs/rounds.md', starts: 'await requester', reason: 'takes hours: test/e2e/learning.test.ts' },
  {
    page: 'docs/sdk.md',
    starts: 'npm run -s mesh -- relay',
    reason: 'runs until Ctrl-C: test/cli/relay.test.ts',
  },
  { page: 'docs/sdk.md', starts: 'npm run build', reason: 'installs a package, for minutes' },
  {
    page: 'docs/sdk.md',
    starts: 'import { isFinal',
    reason: 'needs a market that was created: test/e2e/slots.test.ts',
  },
  {
    page: 'docs/tutorials/first-agent.md',
    starts: 'npm run -s example',
    reason: 'runs a program of the page, which is run',
  },
  {
    page: 'docs/tutorials/join-a-learning-task.md',
    starts: 'npm run',
    reason: `${LONG} test/e2e/learn-round.test.ts`,
  },
  {
    page: 'docs/tutorials/join-a-learning-task.md',
    starts: 'import { accuracy, joinMarket',
    reason: 'takes two minutes, for its phases to pass: test/e2e/learning.test.ts',
  },
  {
    page: 'docs/tutorials/join-a-learning-task.md',
    starts: 'import { homedir',
    reason: 'takes part in the task before it: test/e2e/learning.test.ts',
  },
  ...['npm run -s mesh -- init', 'npx mesh buy', 'install -d'].map((starts) => ({
    page: 'docs/tutorials/what-next.md',
    starts,
    reason: 'is typed in a project of the reader: test/e2e/init.test.ts, test/ops/services.test.ts',
  })),
  {
    page: 'docs/tutorials/what-next.md',
    starts: 'test(',
    reason: 'is a part of that project: test/e2e/init.test.ts',
  },
  {
    page: 'docs/tutorials/what-next.md',
    starts: '/** Least price',
    reason: 'is a part of that project: test/e2e/init.test.ts',
  },
  {
    page: 'docs/tutorials/plug-in-a-meter.md',
    starts: 'npm run',
    reason: 'runs until Ctrl-C: test/e2e/up-meters.long.test.ts',
  },
  {
    page: 'docs/tutorials/plug-in-a-meter.md',
    starts: 'TOKEN=',
    reason: 'pushes to a market with meters: test/e2e/up-meters.long.test.ts',
  },
  {
    page: 'docs/tutorials/run-a-relay.md',
    starts: 'npm run',
    reason: 'runs until Ctrl-C: test/cli/relay.test.ts',
  },
  ...[
    ...['npx anvil', '(umask 077', 'curl -s 127.0.0.1:8546', 'export MESH_RPC_URL', 'npm run deploy'],
    ...['npm run -s mesh -- relay', 'node -p', 'DATABASE_URL=', 'import { MeshNetwork'],
  ].map((starts) => ({
    page: 'docs/tutorials/deploy-to-a-testnet.md',
    starts,
    reason: `${WORLD}: test/e2e/testnet.long.test.ts`,
  })),
  ...['npm install -g', 'npm pack', 'mkdir -m 700'].map((starts) => ({
    page: 'docs/operations.md',
    starts,
    reason: `${WORLD}: test/ops/services.test.ts`,
  })),
  {
    page: 'docs/tutorials/run-a-relay.md',
    starts: 'import { MeshNetwork',
    reason: `${WORLD}: test/e2e/reach.test.ts`,
  },
  { page: 'docs/tutorials/run-an-indexer.md', starts: 'sudo apt-get', reason: 'installs packages' },
  {
    page: 'docs/tutorials/run-an-indexer.md',
    starts: 'npm run -s mesh -- serve',
    reason: 'runs until Ctrl-C: test/indexer/replica.test.ts',
  },
  {
    page: 'docs/tutorials/run-an-indexer.md',
    starts: 'kill %1',
    reason: 'ends one of those: test/indexer/writer-election.test.ts',
  },
  {
    page: 'docs/tutorials/run-an-indexer.md',
    starts: 'sudo -u postgres',
    reason: 'changes a database: test/indexer/replica.test.ts',
  },
  {
    page: 'docs/tutorials/write-an-arbitrator.md',
    starts: 'import { MeshNetwork',
    reason: `${WORLD}: test/e2e/hostile.test.ts`,
  },
]

/** Pages whose commands no test types in, and why. */
export const PAGES_NOT_RUN: readonly { readonly pages: RegExp; readonly reason: string }[] = [
  { pages: /^examples\//, reason: 'each example is run by its own test in test/examples' },
  { pages: /^templates\//, reason: 'each template is scaffolded, tested and run by a test of its own' },
  {
    pages: /^docs\/tutorials\/deploy-to-a-testnet\.md$/,
    reason: 'the walk is test/e2e/testnet.long.test.ts',
  },
  { pages: /^(ops\/|docs\/operations\.md$)/, reason: 'installs services on a machine' },
  { pages: /^CONTRIBUTING\.md$/, reason: 'sets up a clone, which a test is in' },
]
