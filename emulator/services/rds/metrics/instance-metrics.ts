import type { Vitals } from '../../../engines/engine.ts'
import type { Measurement } from '../../../ports.ts'
import { isAurora } from '../instances/engines.ts'
import type { Instance } from '../rows/instances.ts'

const gigabyte = 2 ** 30

type Dimensions = Measurement['dimensions']

/**
 * What a server's vitals come to as metrics of its instance. What would have to be made up (its machine's processor, memory and
 * disks) is left out.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 *
 * @param follows it is a read replica, or a cluster's reader
 */
export function instanceMetrics(
  instance: Instance,
  vitals: Vitals,
  follows: boolean,
): Measurement[] {
  const named: Dimensions = [['DBInstanceIdentifier', instance.id]]
  const metrics = metricsFor(named)
  metrics.add('DatabaseConnections', 'Count', vitals.connections)
  if (isAurora(instance.engine)) addAurora(metrics, instance, vitals, follows)
  else addPlain(metrics, instance, vitals, follows)
  if (vitals.transactionAge !== undefined) {
    metrics.add('MaximumUsedTransactionIDs', 'Count', vitals.transactionAge)
  }
  return metrics.all
}

function addPlain(
  metrics: Metrics,
  { configuration, engine }: Instance,
  { storage, logStorage, lag, oldestFollower }: Vitals,
  follows: boolean,
): void {
  if (follows) metrics.add('ReplicaLag', 'Seconds', lag)
  const { AllocatedStorage } = configuration
  if (AllocatedStorage !== undefined && storage !== undefined) {
    const free = AllocatedStorage * gigabyte - storage - (logStorage ?? 0)
    metrics.add('FreeStorageSpace', 'Bytes', Math.max(free, 0))
  }
  if (engine === 'postgres') {
    metrics.add('TransactionLogsDiskUsage', 'Bytes', logStorage)
    metrics.add('OldestReplicationSlotLag', 'Bytes', oldestFollower)
  } else metrics.add('BinLogDiskUsage', 'Bytes', logStorage)
}

/** A cluster's data lie in its volume, which is measured once, at the writer. */
function addAurora(
  metrics: Metrics,
  { clusterId }: Instance,
  { storage, lag, uptime }: Vitals,
  follows: boolean,
): void {
  metrics.add('EngineUptime', 'Seconds', Math.floor(uptime))
  if (follows) {
    metrics.add('AuroraReplicaLag', 'Milliseconds', lag === undefined ? undefined : lag * 1000)
  }
  if (clusterId === null || follows) return
  metrics.add('VolumeBytesUsed', 'Bytes', storage, [['DBClusterIdentifier', clusterId]])
}

interface Metrics {
  readonly all: Measurement[]
  add(name: string, unit: string, value: number | undefined, dimensions?: Dimensions): void
}

/** What is not known is not among them. */
function metricsFor(named: Dimensions): Metrics {
  const all: Measurement[] = []
  return {
    all,
    add(name, unit, value, dimensions = named) {
      if (value === undefined || !Number.isFinite(value)) return
      all.push({ namespace: 'AWS/RDS', name, dimensions, unit, value })
    },
  }
}
