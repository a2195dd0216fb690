import type { DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { dhcpOptions, toDhcpOptions } from '../rows/dhcp-options.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html */
export const DescribeDhcpOptions = operation<DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = dhcpOptions.page(input, input.DhcpOptionsIds, call)
      return { DhcpOptions: toDhcpOptions(rows, call), NextToken: nextToken }
    },
  },
)
