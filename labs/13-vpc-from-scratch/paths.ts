import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { ReachAnswer } from '../../checker/control-client.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onVpc, subnetsOf } from './network.ts'

interface Machines {
  readonly web: Instance
  readonly database: Instance
}

/** Finds the machines by the subnets they are in, whatever they are called. */
const onMachines = (check: (machines: Machines, cloud: Cloud) => Promise<Verdict>) =>
  onVpc(async (vpc, cloud) => {
    const subnets = await subnetsOf(vpc, cloud)
    const { Reservations = [] } = await cloud.ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpc.VpcId!] },
          { Name: 'instance-state-name', Values: ['pending', 'running'] },
        ],
      }),
    )
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
    const web = instances.find(({ SubnetId }) => SubnetId === subnets.public?.SubnetId)
    const database = instances.find(({ SubnetId }) => SubnetId === subnets.private?.SubnetId)
    if (web === undefined) return failed('No machine runs in your public subnet. Expected one.')
    if (database === undefined)
      return failed('No machine runs in your private subnet. Expected one.')
    return check({ web, database }, cloud)
  })

const whatStops = ({ stopped }: ReachAnswer) => stopped.map(({ why }) => why).join(' ')

export const checkWeb = onMachines(async ({ web }, { reach }) => {
  const answer = await reach('internet', web.InstanceId!, 443)
  return answer.reachable
    ? passed()
    : failed(`The internet does not reach ${web.InstanceId} on port 443. ${whatStops(answer)}`)
})

export const checkWebToDatabase = onMachines(async ({ web, database }, { reach }) => {
  const answer = await reach(web.InstanceId!, database.InstanceId!, 5432)
  return answer.reachable
    ? passed()
    : failed(
        `${web.InstanceId} does not reach ${database.InstanceId} on port 5432. ${whatStops(answer)}`,
      )
})

/** Where nothing reaches the database, keeping others out is no achievement. */
const whereItWorks = (check: (machines: Machines, cloud: Cloud) => Promise<Verdict>) =>
  onMachines(async (machines, cloud) => {
    const { web, database } = machines
    const works = await cloud.reach(web.InstanceId!, database.InstanceId!, 5432)
    return works.reachable
      ? check(machines, cloud)
      : failed(
          `Nothing reaches ${database.InstanceId} yet. Expected the web server, and only that.`,
        )
  })

/** Whether the group lets anybody else in counts too: the missing route is only the second wall. */
export const checkPrivate = whereItWorks(async ({ web, database }, { reach }) => {
  const { reachable } = await reach('internet', database.InstanceId!, 5432)
  if (reachable) {
    return failed(
      `The internet reaches your database ${database.InstanceId}. Expected that it doesn't.`,
    )
  }
  const groups = new Set(web.SecurityGroups?.map(({ GroupId }) => GroupId))
  const shared = database.SecurityGroups?.find(({ GroupId }) => groups.has(GroupId))
  return shared === undefined
    ? passed()
    : failed(
        `Your database ${database.InstanceId} is in ${shared.GroupName}, the web server's group, and admits what that admits. Expected a group of its own.`,
      )
})

export const checkOnlyDatabase = whereItWorks(async ({ web, database }, { reach }) => {
  for (const port of [22, 80, 443, 3306]) {
    const { reachable } = await reach(web.InstanceId!, database.InstanceId!, port)
    if (reachable) {
      return failed(
        `${web.InstanceId} reaches ${database.InstanceId} on port ${port} too. Expected port 5432 only.`,
      )
    }
  }
  return passed()
})
