import type { Subnet, Vpc } from '@aws-sdk/client-ec2'
import { DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const ranges = ({ values: { net } }: Cloud) => ({
  vpc: `${net}.0.0/16`,
  public: `${net}.1.0/24`,
  private: `${net}.2.0/24`,
})

/** The student's networks: all but the one that was there. */
async function ownVpcs({ ec2 }: Cloud): Promise<readonly Vpc[]> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}))
  return Vpcs.filter(({ IsDefault }) => !IsDefault)
}

export const onVpc =
  (check: (vpc: Vpc, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const wanted = ranges(cloud).vpc
    const vpcs = await ownVpcs(cloud)
    const vpc = vpcs.find(({ CidrBlock }) => CidrBlock === wanted)
    if (vpc !== undefined) return check(vpc, cloud)
    const found = vpcs.map(({ CidrBlock }) => CidrBlock).join(', ')
    return failed(
      `${found === '' ? 'You have no VPC of your own.' : `Your VPC has ${found}.`} Expected one with ${wanted}.`,
    )
  }

export interface Subnets {
  readonly public: Subnet | undefined
  readonly private: Subnet | undefined
}

export async function subnetsOf({ VpcId }: Vpc, cloud: Cloud): Promise<Subnets> {
  const { Subnets = [] } = await cloud.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId!] }] }),
  )
  const wanted = ranges(cloud)
  return {
    public: Subnets.find(({ CidrBlock }) => CidrBlock === wanted.public),
    private: Subnets.find(({ CidrBlock }) => CidrBlock === wanted.private),
  }
}

export const checkVpc = onVpc(() => passed())

export const checkSubnets = onVpc(async (vpc, cloud) => {
  const subnets = await subnetsOf(vpc, cloud)
  const wanted = ranges(cloud)
  const missing = (['public', 'private'] as const).filter((kind) => subnets[kind] === undefined)
  return missing.length === 0
    ? passed()
    : failed(
        `Your VPC ${vpc.VpcId} has no subnet with ${missing.map((kind) => wanted[kind]).join(', nor with ')}. Expected both.`,
      )
})

export const checkZones = onVpc(async (vpc, cloud) => {
  const { public: one, private: other } = await subnetsOf(vpc, cloud)
  if (one === undefined || other === undefined) return failed('You do not have both subnets yet.')
  return one.AvailabilityZone !== other.AvailabilityZone
    ? passed()
    : failed(`Both of your subnets are in ${one.AvailabilityZone}. Expected two zones.`)
})
