import type { Instance, Subnet, Vpc } from '@aws-sdk/client-ec2'
import type { Database } from '../store/database.ts'

/** What the metadata service has to know of an instance; EC2 gives it. */
export interface InstanceFacts {
  readonly account: string
  readonly region: string
  /** As DescribeInstances shows it. */
  readonly instance: Instance
  readonly reservationId: string
  readonly hypervisor: 'nitro' | 'xen'
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
  /** Decoded. */
  readonly userData: Buffer | undefined
  /** The key pair's public key, in OpenSSH's form. */
  readonly publicKey: string | undefined
  /** Those of the instance's interfaces, by id. */
  readonly subnets: ReadonlyMap<string, Subnet>
  readonly vpcs: ReadonlyMap<string, Vpc>
  /** What will interrupt a spot instance. Times are virtual, in ms since the epoch. */
  readonly interruption?: {
    readonly action: 'terminate' | 'stop' | 'hibernate'
    readonly at: number
  }
  /** When EC2 recommended to rebalance, if it did. */
  readonly rebalanceRecommendedAt?: number
}

/** Where an instance is: its ids are unique in the whole cloud, its rows are found by these. */
export interface InstancePlace {
  readonly account: string
  readonly region: string
  readonly instanceId: string
}

/** EC2, as the metadata service sees it. */
export interface InstanceSource {
  /** The place of an instance that is only known by its id; undefined for one that is not there. */
  locate(db: Database, instanceId: string): InstancePlace | undefined
  /** The state alone, which is cheap; undefined for an instance that is terminated, or not there at all. */
  isRunning(db: Database, place: InstancePlace): boolean | undefined
  /** Undefined for an instance that does not run. */
  facts(db: Database, place: InstancePlace): InstanceFacts | undefined
}
