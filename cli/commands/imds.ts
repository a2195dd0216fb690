import type { Context, GlobalOptions } from '../context.ts'

interface ImdsOptions extends GlobalOptions {
  readonly certificate?: boolean
}

/** Each of these wins over an instance's credentials, or keeps the clients from asking for them; `pocketcloud env` sets some. */
const inTheWay = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_EC2_METADATA_DISABLED',
]

/** `pocketcloud imds INSTANCE`: lines for a shell, of which only the export acts. */
export async function imds(
  { control, out }: Context,
  instanceId: string,
  { certificate: onlyCertificate = false }: ImdsOptions,
): Promise<void> {
  const { url, port, certificate } = await control.instanceMetadata(instanceId)
  // AWS CLI 2.9 puts the path right behind it, without a slash of its own.
  const variables = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${url}/` }
  out.answer(
    { instanceId, url, port, variables, unset: inTheWay, certificate },
    onlyCertificate
      ? [certificate.trimEnd()]
      : [
          `# ${url}/latest/meta-data/`,
          `export AWS_EC2_METADATA_SERVICE_ENDPOINT=${url}/`,
          ...inTheWay.map((name) => `# unset ${name}`),
        ],
  )
  if (!onlyCertificate) {
    out.hint(
      '',
      `In a shell that stands for the instance:  eval "$(pocketcloud imds ${instanceId})"`,
      `and what is behind # as well, so that clients use the instance's role and no other key.`,
    )
  }
}
