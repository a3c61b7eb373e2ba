/**
 * What learning costs, each beside a rival in the same run:
 *
 *     npm run bench:learning                  # everything
 *     npm run bench:learning -- training      # examples a second, beside TensorFlow.js
 *     npm run bench:learning -- aggregation   # rules on 20 updates of a million parameters, beside a copy of them
 *     npm run bench:learning -- transfer      # an update of 10 MB from one agent to another
 *     npm run bench:learning -- mnist         # rounds until federated averaging knows 97% of MNIST; some minutes
 *     npm run bench:learning -- mnist 5       # the same with another seed
 *
 * Figures are medians with quartiles; on a machine that is busy with other things only the ratios mean something.
 */
import { aggregation } from './learning/aggregation.ts'
import { mnist } from './learning/mnist.ts'
import { training } from './learning/training.ts'
import { transfer } from './learning/transfer.ts'
import { runParts } from './run-parts.ts'

const parts = {
  training: { title: 'Training of a network of 784-200-200-10, batches of 10', run: training },
  aggregation: { title: 'Aggregation of 20 updates of 1,000,000 parameters of 32 bits', run: aggregation },
  transfer: { title: 'An update of 10 MB from one agent to another', run: transfer },
  mnist: { title: 'MNIST by federated averaging: 100 clients, 10 of them a round, IID', run: mnist },
}

await runParts(parts, process.argv[2], process.argv[3])
