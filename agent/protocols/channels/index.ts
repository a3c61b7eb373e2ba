/** Channels: numbered messages over one long-lived stream per peer. */
export { Channel, type Inbound } from './channel.ts'
export { type ChannelProtocol, Channels, type ChannelsComponents, type MessageHandler } from './channels.ts'
