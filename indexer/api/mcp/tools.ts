import * as agents from '../routes/agents.ts'
import { offers } from '../routes/offers.ts'
import * as intentActions from '../routes/trading/intents.ts'
import { prepares, reads, type Tool } from './tool.ts'

/** What a language model can do here. */
export const tools: readonly Tool[] = [
  reads('search_agents', agents.agents, 'Search by what they can do, where they are, reputation or words.'),
  reads('list_offers', offers, 'Offers bind for seconds.'),
  prepares(
    'prepare_intent',
    intentActions.prepareIntent,
    'Have the owner of the key sign `data.typedData`, then call publish_intent.',
  ),
]
