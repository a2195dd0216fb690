import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

/** An image that every test may start: Ubuntu 18.04, in us-east-1 only. */
export const courseImage = 'ami-0c55b159cbfafe1f0'

/** One emulator for a test file, and a client of it in a region. */
export function useEc2(): {
  readonly emulator: () => TestEmulator
  readonly ec2: (region?: string) => EC2Client
} {
  let emulator: TestEmulator
  const clients = new Map<string, EC2Client>()
  beforeAll(async () => {
    emulator = await startTestEmulator()
  })
  afterAll(() => emulator.close())
  return {
    emulator: () => emulator,
    ec2: (region = 'us-east-1') => {
      let client = clients.get(region)
      if (!client) {
        client = emulator.client(EC2Client, { region })
        clients.set(region, client)
      }
      return client
    },
  }
}

/** The error that a call is answered with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined }> {
  try {
    await call
  } catch (error) {
    if (error instanceof EC2ServiceException) {
      return {
        code: error.name,
        message: error.message,
        status: error.$metadata.httpStatusCode,
      }
    }
    throw error
  }
  throw new Error('the call was not refused')
}

/** A VPC of one's own, with its id. */
export async function newVpc(client: EC2Client, CidrBlock = '10.0.0.0/16'): Promise<string> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock }))
  return Vpc!.VpcId!
}

export async function newSubnet(
  client: EC2Client,
  VpcId: string,
  CidrBlock: string,
  AvailabilityZone = 'us-east-1a',
): Promise<string> {
  const input = { VpcId, CidrBlock, AvailabilityZone }
  const { Subnet } = await client.send(new CreateSubnetCommand(input))
  return Subnet!.SubnetId!
}

/** An internet gateway on the VPC. */
export async function newGateway(client: EC2Client, VpcId: string): Promise<string> {
  const { InternetGateway } = await client.send(new CreateInternetGatewayCommand({}))
  const InternetGatewayId = InternetGateway!.InternetGatewayId!
  await client.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }))
  return InternetGatewayId
}
