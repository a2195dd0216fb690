import type {
  CreateSubnetCidrReservationRequest,
  CreateSubnetCidrReservationResult,
  DeleteSubnetCidrReservationRequest,
  DeleteSubnetCidrReservationResult,
  GetSubnetCidrReservationsRequest,
  GetSubnetCidrReservationsResult,
  SubnetCidrReservation,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { json } from '../describe/sql.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { contains, overlaps } from '../network/blocks.ts'
import { subnets, toSubnets } from '../rows/subnets.ts'
import { specifiedTags } from '../tagging.ts'
import { byMembers, family } from './family.ts'
import { acts, requireMembers } from './operations.ts'

// Parts of subnets that are kept for prefixes, or for whoever asks for their addresses.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html

const type = 'subnet-cidr-reservation'

const reservations = family<SubnetCidrReservation>({
  type,
  prefix: 'scr',
  id: 'SubnetCidrReservationId',
  notFound: {
    code: 'InvalidSubnetCidrReservationID.NotFound',
    one: (id) => `The subnet CIDR reservation ID '${id}' does not exist`,
    several: (ids) => `The subnet CIDR reservation IDs '${ids}' do not exist`,
  },
  filters: {
    ...byMembers('ReservationType', 'SubnetId'),
    cidr: json('Cidr'),
    'reservation-id': 't.id',
    'subnet-cidr-reservation-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnetCidrReservation.html */
export const CreateSubnetCidrReservation = acts<
  CreateSubnetCidrReservationRequest,
  CreateSubnetCidrReservationResult
>({ SubnetId: 'subnet' }, (input, call) => {
  const { SubnetId, Cidr, ReservationType, Description, TagSpecifications } = input
  const tags = specifiedTags(TagSpecifications, type)[type]
  requireMembers(input, 'Cidr', 'ReservationType')
  if (ReservationType !== 'prefix' && ReservationType !== 'explicit') {
    throw invalidValue(ReservationType!, 'reservationType')
  }
  const block = canonicalIpv4Block(Cidr!) ?? canonicalIpv6Block(Cidr!)
  if (!block) throw invalidValue(Cidr!, 'cidr', 'This is not a valid CIDR block.')
  const [subnet] = toSubnets([subnets.require(SubnetId!, call)], call)
  const own = [
    subnet!.CidrBlock!,
    ...(subnet!.Ipv6CidrBlockAssociationSet ?? []).map((one) => one.Ipv6CidrBlock!),
  ]
  if (!own.some((one) => contains(one, block))) {
    throw new AwsError(
      'InvalidCidr',
      `The CIDR '${block}' is not within the CIDR range of the subnet.`,
    )
  }
  const others = reservations.having('SubnetId', SubnetId!, call)
  if (others.some((one) => overlaps(one.Cidr!, block))) {
    throw new AwsError(
      'InvalidCidr.Conflict',
      `The CIDR '${block}' conflicts with another reservation of the subnet.`,
    )
  }
  const made = reservations.insert(
    {
      SubnetId: SubnetId!,
      Cidr: block,
      ReservationType,
      OwnerId: call.account,
      ...(Description ? { Description } : {}),
    },
    tags,
    call,
  )
  return { SubnetCidrReservation: made }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSubnetCidrReservations.html */
export const GetSubnetCidrReservations = acts<
  GetSubnetCidrReservationsRequest,
  GetSubnetCidrReservationsResult
>({}, ({ SubnetId, ...input }, call) => {
  if (!SubnetId) throw missingParameter('SubnetId')
  subnets.require(SubnetId, call)
  const ofSubnet = { sql: `${json('SubnetId')} = ?`, values: [SubnetId] }
  const { items, nextToken } = reservations.page(input, [], call, ofSubnet)
  return {
    SubnetIpv4CidrReservations: items.filter((one) => !one.Cidr!.includes(':')),
    SubnetIpv6CidrReservations: items.filter((one) => one.Cidr!.includes(':')),
    NextToken: nextToken,
  }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnetCidrReservation.html */
export const DeleteSubnetCidrReservation = acts<
  DeleteSubnetCidrReservationRequest,
  DeleteSubnetCidrReservationResult
>({}, (input, call) => {
  requireMembers(input, 'SubnetCidrReservationId')
  reservations.require(input.SubnetCidrReservationId!, call)
  return { DeletedSubnetCidrReservation: reservations.remove(input.SubnetCidrReservationId!, call) }
})
