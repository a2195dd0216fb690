import type {
  DescribeSavingsPlansOfferingRatesRequest,
  DescribeSavingsPlansOfferingRatesResponse,
  DescribeSavingsPlansOfferingsRequest,
  DescribeSavingsPlansOfferingsResponse,
} from '@aws-sdk/client-savingsplans'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { offerings, ratesOf } from '../offerings.ts'
import type { Offering, Rate } from '../offerings.ts'
import { pageOf } from '../pages.ts'

const isOne = <Value>(list: readonly Value[] | undefined, value: Value): boolean =>
  list === undefined || list.length === 0 || list.includes(value)

interface Filter {
  readonly name?: string | undefined
  readonly values?: string[] | undefined
}

const valuesOf = (filters: readonly Filter[] | undefined, name: string) =>
  filters?.find((one) => one.name === name)?.values

const usageTypeOf = (instanceType: string) => `BoxUsage:${instanceType}`

const operationOf = ({ productDescription }: Rate) =>
  productDescription === 'Windows' ? 'RunInstances:0002' : 'RunInstances'

const regionNames = (call: Call) => call.ports.places!.regions().map(({ name }) => name)

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlansOfferings.html */
export const DescribeSavingsPlansOfferings = operation<
  DescribeSavingsPlansOfferingsRequest,
  DescribeSavingsPlansOfferingsResponse
>({
  authorize: () => ['*'],
  run(input, call) {
    const found = [...offerings(call.ports.places!).values()].filter(
      (one) =>
        isOne(input.offeringIds, one.offeringId) &&
        isOne(input.paymentOptions, one.paymentOption) &&
        isOne(input.planTypes, one.planType) &&
        isOne(input.durations, one.durationSeconds) &&
        isOne(input.currencies, one.currency) &&
        isOne(input.descriptions, one.description) &&
        isOne(input.serviceCodes, one.serviceCode) &&
        isOne(input.usageTypes, one.usageType) &&
        isOne(input.operations, one.operation) &&
        (!input.productType || one.productTypes!.includes(input.productType)) &&
        hasPlace(one, input.filters),
    )
    const { items, ...more } = pageOf(found, input, call)
    return { searchResults: items, ...more }
  },
})

const hasPlace = ({ region, family }: Offering, filters: readonly Filter[] | undefined) =>
  isOne(valuesOf(filters, 'region'), region ?? '') &&
  isOne(valuesOf(filters, 'instanceFamily'), family ?? '')

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlansOfferingRates.html */
export const DescribeSavingsPlansOfferingRates = operation<
  DescribeSavingsPlansOfferingRatesRequest,
  DescribeSavingsPlansOfferingRatesResponse
>({
  authorize: () => ['*'],
  run(input, call) {
    const { filters } = input
    const regions = valuesOf(filters, 'region') ?? regionNames(call)
    const families = valuesOf(filters, 'instanceFamily')
    const wantedTypes = valuesOf(filters, 'instanceType')
    const picked = [...offerings(call.ports.places!).values()].filter(
      (one) =>
        isOne(input.savingsPlanOfferingIds, one.offeringId) &&
        isOne(input.savingsPlanPaymentOptions, one.paymentOption) &&
        isOne(input.savingsPlanTypes, one.planType) &&
        (one.region === undefined || regions.includes(one.region)) &&
        (one.family === undefined || isOne(families, one.family)) &&
        (one.family === undefined ||
          !wantedTypes?.length ||
          wantedTypes.some((type) => type.startsWith(`${one.family}.`))),
    )
    const isWantedType = (type: string) =>
      isOne(wantedTypes, type) &&
      isOne(families, type.split('.')[0]!) &&
      isOne(input.usageTypes, usageTypeOf(type))
    function* found() {
      // Rates are of instances alone here.
      if (!isOne(input.products, 'EC2') || !isOne(input.serviceCodes, 'AmazonEC2')) return
      for (const one of picked) {
        for (const rate of ratesOf(one, regions, isWantedType)) {
          const isShown =
            isOne(valuesOf(filters, 'productDescription'), rate.productDescription) &&
            isOne(input.operations, operationOf(rate))
          if (isShown) yield { one, rate }
        }
      }
    }
    const { items, ...more } = pageOf(found(), input, call)
    return {
      searchResults: items.map(({ one, rate }) => ({
        savingsPlanOffering: {
          offeringId: one.offeringId,
          paymentOption: one.paymentOption,
          planType: one.planType,
          durationSeconds: one.durationSeconds,
          currency: 'USD',
          planDescription: one.description,
        },
        rate: rate.rate,
        unit: 'Hrs',
        productType: 'EC2',
        serviceCode: 'AmazonEC2',
        usageType: usageTypeOf(rate.instanceType),
        operation: operationOf(rate),
        properties: [
          { name: 'region', value: rate.region },
          { name: 'instanceType', value: rate.instanceType },
          { name: 'instanceFamily', value: rate.instanceType.split('.')[0]! },
          { name: 'productDescription', value: rate.productDescription },
          { name: 'tenancy', value: 'shared' },
        ],
      })),
      ...more,
    }
  },
})
