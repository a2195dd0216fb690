/** What an event can be about. */
export type SourceType =
  | 'db-instance'
  | 'db-parameter-group'
  | 'db-security-group'
  | 'db-snapshot'
  | 'db-cluster'
  | 'db-cluster-snapshot'
  | 'db-proxy'
  | 'blue-green-deployment'
  | 'custom-engine-version'

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.ListingCategories.html */
export const categoriesOf: Readonly<Record<SourceType, readonly string[]>> = {
  'db-instance': [
    'availability',
    'backtrack',
    'backup',
    'configuration change',
    'creation',
    'deletion',
    'failover',
    'failure',
    'low storage',
    'maintenance',
    'notification',
    'read replica',
    'recovery',
    'restoration',
    'security',
    'security patching',
  ],
  'db-parameter-group': ['configuration change'],
  'db-security-group': ['configuration change', 'failure'],
  'db-snapshot': ['creation', 'deletion', 'failure', 'notification', 'restoration'],
  'db-cluster': [
    'configuration change',
    'creation',
    'deletion',
    'failover',
    'failure',
    'global-failover',
    'maintenance',
    'migration',
    'notification',
    'serverless',
  ],
  'db-cluster-snapshot': ['backup', 'notification'],
  'db-proxy': ['configuration change', 'creation', 'deletion', 'failure'],
  'blue-green-deployment': ['creation', 'deletion', 'failure', 'notification'],
  'custom-engine-version': ['creation', 'failure', 'restoring'],
}

/**
 * AWS's events by their ids: category and message. What stands in braces is filled in.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
export const events = {
  // Not AWS's: what a course does here and could not do there.
  'POCKETCLOUD-EVENT-0001': [
    'notification',
    'The master username admin is reserved by RDS for PostgreSQL: pocketcloud lets it through, AWS refuses it',
  ],
  'POCKETCLOUD-EVENT-0002': [
    'notification',
    'The DB instance runs on {program}, which this machine has, and not on {asked}',
  ],
  // DB instances
  'RDS-EVENT-0001': ['backup', 'Backing up DB instance'],
  'RDS-EVENT-0002': ['backup', 'Finished DB Instance backup'],
  'RDS-EVENT-0003': ['deletion', 'DB instance deleted'],
  'RDS-EVENT-0004': ['availability', 'DB instance shutdown'],
  'RDS-EVENT-0005': ['creation', 'DB instance created'],
  'RDS-EVENT-0006': ['availability', 'DB instance restarted'],
  'RDS-EVENT-0007': [
    'low storage',
    'Allocated storage has been exhausted. Allocate additional storage to resolve.',
  ],
  'RDS-EVENT-0009': ['configuration change', 'Added security group {name} to DB instance.'],
  'RDS-EVENT-0010': ['configuration change', 'Removed security group {name} from DB instance.'],
  'RDS-EVENT-0011': ['configuration change', 'Updated to use DBParameterGroup {name}'],
  'RDS-EVENT-0012': ['configuration change', 'Applying modification to database instance class'],
  'RDS-EVENT-0013': ['failover', 'Multi-AZ instance failover started'],
  'RDS-EVENT-0014': ['configuration change', 'Finished applying modification to DB instance class'],
  'RDS-EVENT-0015': [
    'failover',
    'Multi-AZ failover to standby complete - DNS propagation may take a few minutes',
  ],
  'RDS-EVENT-0016': ['configuration change', 'Reset master credentials'],
  'RDS-EVENT-0017': ['configuration change', 'Finished applying modification to allocated storage'],
  'RDS-EVENT-0018': ['configuration change', 'Applying modification to allocated storage'],
  'RDS-EVENT-0019': ['restoration', 'Restored from DB instance {source} to {target}'],
  'RDS-EVENT-0020': [
    'recovery',
    'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
  ],
  'RDS-EVENT-0021': ['recovery', 'Recovery of the DB instance is complete.'],
  'RDS-EVENT-0024': [
    'configuration change',
    'Applying modification to convert to a Multi-AZ DB instance',
  ],
  'RDS-EVENT-0025': [
    'configuration change',
    'Finished applying modification to convert to a Multi-AZ DB instance',
  ],
  'RDS-EVENT-0026': ['maintenance', 'Applying off-line patches to DB instance'],
  'RDS-EVENT-0027': ['maintenance', 'Finished applying off-line patches to DB instance'],
  'RDS-EVENT-0028': ['configuration change', 'Disabled automated backups'],
  'RDS-EVENT-0029': [
    'configuration change',
    'Finished applying modification to convert to a standard (Single-AZ) DB instance',
  ],
  'RDS-EVENT-0030': [
    'configuration change',
    'Applying modification to convert to a standard (Single-AZ) DB instance',
  ],
  'RDS-EVENT-0031': [
    'failure',
    'DB instance put into {state} state. RDS recommends that you initiate a point-in-time-restore.',
  ],
  'RDS-EVENT-0032': ['configuration change', 'Enabled automated backups'],
  'RDS-EVENT-0034': [
    'failover',
    'Abandoning user requested failover since a failover recently occurred on the database instance.',
  ],
  'RDS-EVENT-0035': ['failure', 'Database instance put into {state}. {message}.'],
  'RDS-EVENT-0036': ['failure', 'Database instance in {state}. {message}.'],
  'RDS-EVENT-0044': ['notification', '{message}'],
  'RDS-EVENT-0045': ['read replica', 'Replication has stopped.'],
  'RDS-EVENT-0046': ['read replica', 'Replication for the Read Replica resumed'],
  'RDS-EVENT-0047': ['maintenance', 'Database instance patched'],
  'RDS-EVENT-0048': [
    'notification',
    'Delaying database engine upgrade since this instance has read replicas that need to be upgraded first.',
  ],
  'RDS-EVENT-0049': ['failover', 'Multi-AZ instance failover completed'],
  'RDS-EVENT-0050': ['failover', 'Multi-AZ instance activation started'],
  'RDS-EVENT-0051': ['failover', 'Multi-AZ instance activation completed'],
  'RDS-EVENT-0052': ['recovery', 'Multi-AZ instance recovery started'],
  'RDS-EVENT-0053': [
    'recovery',
    'Multi-AZ instance recovery completed. Pending failover or activation.',
  ],
  'RDS-EVENT-0057': ['read replica', 'Replication streaming has been terminated'],
  'RDS-EVENT-0062': ['read replica', 'Replication for the Read Replica has been manually stopped.'],
  'RDS-EVENT-0065': ['failover', 'Recovered from partial failover'],
  'RDS-EVENT-0067': [
    'configuration change',
    'Unable to reset your password. Error information: {message}.',
  ],
  'RDS-EVENT-0078': ['configuration change', 'Monitoring Interval changed to {number}'],
  'RDS-EVENT-0087': ['notification', 'DB instance stopped'],
  'RDS-EVENT-0088': ['notification', 'DB instance started'],
  'RDS-EVENT-0089': [
    'low storage',
    'The free storage capacity for DB instance: {name} is low at {percentage} of the provisioned storage [Provisioned Storage: {provisioned}, Free Storage: {free}]. You may want to increase the provisioned storage to address this issue.',
  ],
  'RDS-EVENT-0092': ['configuration change', 'Finished updating DB parameter group'],
  'RDS-EVENT-0154': [
    'notification',
    'DB instance is being started due to it exceeding the maximum allowed time being stopped.',
  ],
  'RDS-EVENT-0155': [
    'maintenance',
    'The DB instance has a DB engine minor version upgrade available.',
  ],
  'RDS-EVENT-0158': [
    'notification',
    'Database instance is in a state that cannot be upgraded: {message}',
  ],
  'RDS-EVENT-0202': ['read replica', 'Read replica creation failed'],
  'RDS-EVENT-0217': [
    'configuration change',
    'Applying autoscaling-initiated modification to allocated storage.',
  ],
  'RDS-EVENT-0218': [
    'configuration change',
    'Finished applying autoscaling-initiated modification to allocated storage.',
  ],
  'RDS-EVENT-0264': ['maintenance', 'The pre-check started for the DB engine version upgrade.'],
  'RDS-EVENT-0265': ['maintenance', 'The pre-check finished for the DB engine version upgrade.'],
  'RDS-EVENT-0266': ['maintenance', 'The downtime started for the DB instance.'],
  'RDS-EVENT-0267': ['maintenance', 'The engine version upgrade started.'],
  'RDS-EVENT-0268': ['maintenance', 'The engine version upgrade finished.'],
  'RDS-EVENT-0278': ['failure', 'The DB instance creation failed. {message}'],
  // DB parameter groups
  'RDS-EVENT-0037': [
    'configuration change',
    'Updated parameter {name} to {value} with apply method {method}',
  ],
  // DB security groups
  'RDS-EVENT-0038': ['configuration change', 'Applied change to security group'],
  // DB snapshots
  'RDS-EVENT-0040': ['creation', 'Creating manual snapshot'],
  'RDS-EVENT-0041': ['deletion', 'Deleted user snapshot'],
  'RDS-EVENT-0042': ['creation', 'Manual snapshot created'],
  'RDS-EVENT-0043': ['restoration', 'Restored from snapshot {name}'],
  'RDS-EVENT-0059': ['notification', 'Started copy of snapshot {name} from region {region}'],
  'RDS-EVENT-0060': [
    'notification',
    'Finished copy of snapshot {name} from region {region} in {number} minutes',
  ],
  'RDS-EVENT-0090': ['creation', 'Creating automated snapshot'],
  'RDS-EVENT-0091': ['creation', 'Automated snapshot created'],
  'RDS-EVENT-0159': ['notification', 'The snapshot export task failed.'],
  'RDS-EVENT-0160': ['notification', 'The snapshot export task was canceled.'],
  'RDS-EVENT-0161': ['notification', 'The snapshot export task completed.'],
  'RDS-EVENT-0196': ['notification', 'Started copy of snapshot {name} in region {region}'],
  'RDS-EVENT-0197': ['notification', 'Finished copy of snapshot {name} in region {region}'],
  // DB clusters
  'RDS-EVENT-0069': [
    'failover',
    'Cluster failover failed, check the health of your cluster instances and try again',
  ],
  'RDS-EVENT-0071': ['failover', 'Completed failover to DB instance: {name}'],
  'RDS-EVENT-0072': ['failover', 'Started same AZ failover to DB instance: {name}'],
  'RDS-EVENT-0073': ['failover', 'Started cross AZ failover to DB instance: {name}'],
  'RDS-EVENT-0150': ['notification', 'DB cluster stopped'],
  'RDS-EVENT-0151': ['notification', 'DB cluster started'],
  'RDS-EVENT-0153': [
    'notification',
    'DB cluster is being started due to it exceeding the maximum allowed time being stopped.',
  ],
  'RDS-EVENT-0170': ['creation', 'DB cluster created'],
  'RDS-EVENT-0171': ['deletion', 'DB cluster deleted'],
  'RDS-EVENT-0172': ['notification', 'Renamed cluster from {from} to {to}'],
  'RDS-EVENT-0176': ['maintenance', 'Database cluster engine major version has been upgraded'],
  // DB cluster snapshots
  'RDS-EVENT-0074': ['backup', 'Creating manual cluster snapshot'],
  'RDS-EVENT-0075': ['backup', 'Manual cluster snapshot created'],
  'RDS-EVENT-0168': ['backup', 'Creating automated cluster snapshot'],
  'RDS-EVENT-0169': ['backup', 'Automated cluster snapshot created'],
  // DB proxies
  'RDS-EVENT-0203': ['creation', 'RDS created DB proxy {name}'],
  'RDS-EVENT-0204': ['configuration change', 'RDS modified DB proxy {name}'],
  'RDS-EVENT-0205': ['deletion', 'RDS deleted DB proxy {name}'],
  'RDS-EVENT-0206': ['creation', 'RDS created endpoint {endpoint} for DB proxy {name}'],
  'RDS-EVENT-0207': ['configuration change', 'RDS modified the end point of the DB proxy {name}'],
  'RDS-EVENT-0208': ['deletion', 'RDS deleted endpoint {endpoint} for DB proxy {name}'],
  // Blue/green deployments
  'RDS-EVENT-0244': [
    'creation',
    'Blue/green deployment tasks completed. You can make more modifications to the green environment databases or switch over the deployment.',
  ],
  'RDS-EVENT-0246': ['deletion', 'Blue/green deployment deleted.'],
  'RDS-EVENT-0247': ['notification', 'Switchover from {blue} to {green} started.'],
  'RDS-EVENT-0248': ['notification', 'Switchover completed on blue/green deployment.'],
  'RDS-EVENT-0249': ['failure', 'Switchover canceled on blue/green deployment.'],
} as const satisfies Readonly<Record<string, readonly [category: string, message: string]>>

export type EventId = keyof typeof events
