import {
  ExtendedAgentCardNotConfiguredError,
  PushNotificationNotSupportedError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'

/** What the protocol has and cards here do not promise: webhooks, streams, lists, cards for those who are logged in. */
export class RefusingDesk {
  async getAgentCard(): Promise<never> {
    throw new UnsupportedOperationError('GET the card.')
  }

  async getAuthenticatedExtendedAgentCard(): Promise<never> {
    throw new ExtendedAgentCardNotConfiguredError()
  }

  // biome-ignore lint/correctness/useYield: it is refused before there is anything to tell
  async *sendMessageStream(): AsyncGenerator<never, void, undefined> {
    throw noStreams()
  }

  // biome-ignore lint/correctness/useYield: as above
  async *resubscribe(): AsyncGenerator<never, void, undefined> {
    throw noStreams()
  }

  /** A client has no account, so none of the tasks are its own: it knows their ids. */
  async listTasks(): Promise<never> {
    throw new UnsupportedOperationError('Tasks are not listed: GetTask tells of one.')
  }

  async createTaskPushNotificationConfig(): Promise<never> {
    throw new PushNotificationNotSupportedError()
  }

  async getTaskPushNotificationConfig(): Promise<never> {
    throw new PushNotificationNotSupportedError()
  }

  async listTaskPushNotificationConfigs(): Promise<never> {
    throw new PushNotificationNotSupportedError()
  }

  async deleteTaskPushNotificationConfig(): Promise<never> {
    throw new PushNotificationNotSupportedError()
  }
}

function noStreams(): UnsupportedOperationError {
  return new UnsupportedOperationError('Nothing is streamed: send a message, or GetTask.')
}
