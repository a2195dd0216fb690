import type { AuthenticationOptions } from '../../../auth/authenticate.ts'
import type { CertifiedKey } from '../../../engines/certificates.ts'
import type { Engine } from '../../../engines/engine.ts'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Database } from '../../../store/database.ts'
import type { Instance, Place } from '../rows/instances.ts'
import type { InstanceFront } from './instance-front.ts'
import type { ClusterEndpoints } from './cluster-endpoints.ts'
import type { Places } from './places.ts'

/** What the hosting of databases is given. */
export interface HostingOptions {
  readonly db: Database
  /** The store's directory, and whether it outlives the process. */
  readonly directory: string
  readonly isKept: boolean
  /** Where endpoints listen: an address, or the path of a folder for sockets. */
  readonly host: string
  /** Virtual time in ms since the epoch. */
  readonly now: () => number
  /** A call as timers have it, of the RDS service in a place, now. */
  readonly callFor: (place: Place) => TimerCall
  /** How IAM tokens are looked at; `token` because the clock may have been set forward since it was made. */
  readonly authentication: (token: string) => AuthenticationOptions
}

/** What the steps of a database work with. */
export interface Context extends HostingOptions {
  readonly places: Places
  readonly authority: CertifiedKey
  /** Endpoints are reported by names, not as 127.0.0.1. */
  readonly names: boolean
  /** One transaction, in which `rows` see and change the state. */
  write<Result>(place: Place, work: (call: TimerCall) => Result): Result
  /** The engine of an instance that is hosted. */
  engine(resourceId: string): Engine
  front(instance: Instance): Promise<InstanceFront>
  closeFront(resourceId: string): Promise<void>
  /** Resolves when nothing is under way for an instance. */
  settled(resourceId: string): Promise<void>
  /** The instance that a replica, or a cluster's reader, follows. */
  sourceOf(instance: Instance): Instance | undefined
  /** Those who follow an instance follow the server that it has now. */
  followersOf(instance: Instance): Promise<void>
  /** The virtual time of a moment of the wall; both in ms since the epoch. */
  virtualTime(wall: number): number
  /** Whether a copy is what a cluster without instances has its data in. */
  isClusterData(backupId: string): boolean
  /** Nothing that a saved state may need is removed just now. */
  isSaving(): boolean
  /** What has to be done while the data of an instance are still there. */
  beforeRemoval(instance: Instance): Promise<void>
  /** An instance is gone. */
  forget(resourceId: string): void
  /** The endpoints of clusters. */
  endpoints(): ClusterEndpoints
  /** An instance's endpoint lets nobody in, and its sessions end. @param why in a sentence */
  shut(resourceId: string, why: string): Promise<void>
  /** Two instances have taken each other's names and ports: their endpoints lead to the other one. */
  exchangeFronts(one: Instance, other: Instance): Promise<void>
  /** Looks at a cluster's endpoints. */
  clusterChanged(place: Place, id: string): Promise<void>
  /** Looks at an instance again, once this is done. */
  again(instance: Pick<Instance, 'account' | 'region' | 'resourceId'>): void
}
