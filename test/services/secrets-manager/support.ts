import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type CreateSecretCommandInput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'

/** What many tests do with secrets. */
export const secretsOf = (client: SecretsManagerClient) => ({
  create: (Name: string, input: Partial<CreateSecretCommandInput> = {}) =>
    client.send(new CreateSecretCommand({ Name, SecretString: 'hunter2', ...input })),
  value: async (SecretId: string, VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString,
  describe: (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId })),
})
