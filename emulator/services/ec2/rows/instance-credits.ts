import type { Scope } from '../describe/resources.ts'

export const instanceCredits = (
  { db, account, region }: Scope,
  instanceId: string,
): string | undefined =>
  db.get<{ cpu_credits: string }>(
    'select cpu_credits from ec2_instance_credits where account = ? and region = ? and instance_id = ?',
    account,
    region,
    instanceId,
  )?.cpu_credits

export function setInstanceCredits(
  { db, account, region }: Scope,
  instanceId: string,
  credits: string,
): void {
  db.run(
    `insert into ec2_instance_credits (account, region, instance_id, cpu_credits)
     values (?, ?, ?, ?)
     on conflict (account, region, instance_id) do update set cpu_credits = excluded.cpu_credits`,
    account,
    region,
    instanceId,
    credits,
  )
}

export function deleteInstanceCredits({ db, account, region }: Scope, instanceId: string): void {
  db.run(
    'delete from ec2_instance_credits where account = ? and region = ? and instance_id = ?',
    account,
    region,
    instanceId,
  )
}
