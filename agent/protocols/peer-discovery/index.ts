export { PeerDiscovery } from './peer-discovery.ts'
