import type {
  GetRandomPasswordRequest,
  GetRandomPasswordResponse,
  ListSecretsRequest,
  ListSecretsResponse,
} from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { listEntry } from '../describe.ts'
import { filtered } from '../filters.ts'
import { page } from '../pages.ts'
import { randomPassword } from '../passwords.ts'
import { listSecrets, type Secret } from '../rows/secrets.ts'

const sortKeys: Readonly<Record<string, (secret: Secret) => number | string>> = {
  'created-date': ({ createdAt }) => createdAt,
  'last-accessed-date': ({ accessedAt }) => accessedAt ?? 0,
  'last-changed-date': ({ changedAt }) => changedAt,
  name: ({ name }) => name,
}

export const ListSecrets = operation<ListSecretsRequest, ListSecretsResponse>({
  authorize: () => ['*'],
  run(input, call) {
    const { MaxResults = 100, NextToken, SortBy = 'created-date', SortOrder } = input
    const keyOf = sortKeys[SortBy]!
    const found = filtered(
      listSecrets(call.db, call).filter(
        ({ deletedAt }) => input.IncludePlannedDeletion || deletedAt === null,
      ),
      input.Filters,
    ).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
    if (SortOrder === 'desc') found.reverse()
    const { page: shown, ...more } = page(found, { limit: MaxResults, token: NextToken })
    return { SecretList: shown.map((secret) => listEntry(call, secret)), ...more }
  },
})

export const GetRandomPassword = operation<GetRandomPasswordRequest, GetRandomPasswordResponse>({
  authorize: () => ['*'],
  run: (input, { ids }) => ({ RandomPassword: randomPassword(ids, input) }),
})
