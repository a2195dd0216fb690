import {
  CreateSavingsPlanCommand,
  DescribeSavingsPlanRatesCommand,
  DescribeSavingsPlansCommand,
  DescribeSavingsPlansOfferingRatesCommand,
  DescribeSavingsPlansOfferingsCommand,
  ListTagsForResourceCommand,
  ReturnSavingsPlanCommand,
  SavingsplansClient,
  TagResourceCommand,
} from '@aws-sdk/client-savingsplans'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let plans: SavingsplansClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  plans = emulator.client(SavingsplansClient)
})
afterAll(() => emulator.close())

test('plans are cheaper the longer and the narrower they are', async () => {
  const rate = async (planType: 'Compute' | 'EC2Instance', years: number) => {
    const { searchResults } = await plans.send(
      new DescribeSavingsPlansOfferingsCommand({
        planTypes: [planType],
        durations: [years * 31_536_000],
        paymentOptions: ['No Upfront'],
        ...(planType === 'EC2Instance'
          ? {
              filters: [
                { name: 'region', values: ['us-east-1'] },
                { name: 'instanceFamily', values: ['p3'] },
              ],
            }
          : {}),
      }),
    )
    expect(searchResults).toHaveLength(1)
    const rates = await plans.send(
      new DescribeSavingsPlansOfferingRatesCommand({
        savingsPlanOfferingIds: [searchResults![0]!.offeringId!],
        filters: [
          { name: 'region', values: ['us-east-1'] },
          { name: 'instanceType', values: ['p3.2xlarge'] },
          { name: 'productDescription', values: ['Linux/UNIX'] },
        ],
      }),
    )
    expect(rates.searchResults).toHaveLength(1)
    return Number(rates.searchResults![0]!.rate)
  }
  const found = [
    3.06,
    await rate('Compute', 1),
    await rate('EC2Instance', 1),
    await rate('Compute', 3),
    await rate('EC2Instance', 3),
  ]
  expect(found).toEqual(found.toSorted((a, b) => b - a))
})

test('a plan is bought once per token, tagged, shown with its rates, and returned within a week', async () => {
  const { searchResults } = await plans.send(
    new DescribeSavingsPlansOfferingsCommand({
      planTypes: ['Compute'],
      paymentOptions: ['Partial Upfront'],
    }),
  )
  const buy = () =>
    plans.send(
      new CreateSavingsPlanCommand({
        savingsPlanOfferingId: searchResults![0]!.offeringId,
        commitment: '0.5',
        clientToken: 'once',
      }),
    )
  const { savingsPlanId } = await buy()
  expect((await buy()).savingsPlanId).toBe(savingsPlanId)
  const all = async () => (await plans.send(new DescribeSavingsPlansCommand({}))).savingsPlans!
  const [plan] = await all()
  expect(plan).toMatchObject({
    savingsPlanId,
    state: 'active',
    commitment: '0.5',
    upfrontPaymentAmount: '2190.00',
    savingsPlanType: 'Compute',
  })
  const resourceArn = plan!.savingsPlanArn
  await plans.send(new TagResourceCommand({ resourceArn, tags: { team: 'ml' } }))
  const { tags } = await plans.send(new ListTagsForResourceCommand({ resourceArn }))
  expect(tags).toEqual({ team: 'ml' })
  const rates = await plans.send(
    new DescribeSavingsPlanRatesCommand({
      savingsPlanId,
      filters: [{ name: 'region', values: ['eu-west-1'] }],
      maxResults: 5,
    }),
  )
  expect(rates.searchResults).toHaveLength(5)
  await plans.send(new ReturnSavingsPlanCommand({ savingsPlanId }))
  expect(await all()).toMatchObject([{ state: 'returned' }])
  const unknown = new ReturnSavingsPlanCommand({
    savingsPlanId: '00000000-0000-0000-0000-000000000000',
  })
  await expect(plans.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
