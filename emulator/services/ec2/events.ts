import type { TimerCall } from '../../clock/timers.ts'

// What EC2 tells the account's default event bus.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html

/** The part of an event that is its own. */
export interface Ec2Event {
  /** `aws.ec2`, where it is not a fleet's. */
  readonly source?: 'aws.ec2fleet' | 'aws.ec2spotfleet'
  readonly detailType: string
  readonly resources: readonly string[]
  readonly detail: object
}

/** Sends an event, if the running transaction commits. */
export function publish(
  { db, account, region, now, ids, ports }: TimerCall,
  { source, detailType, resources, detail }: Ec2Event,
): void {
  ports.bus?.publish(db, {
    account,
    region,
    time: now,
    source: source ?? 'aws.ec2',
    destination: `arn:aws:events:${region}:${account}:event-bus/default`,
    body: {
      version: '0',
      id: ids.uuid(),
      'detail-type': detailType,
      source: source ?? 'aws.ec2',
      account,
      time: `${new Date(now).toISOString().slice(0, 19)}Z`,
      region,
      resources,
      detail,
    },
  })
}
