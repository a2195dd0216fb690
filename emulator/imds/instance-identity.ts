import { jsonDocument, moment } from './documents.ts'
import type { InstanceFacts } from './facts.ts'
import type { DocumentSigner } from './identity/signer.ts'
import { directory, type Directory } from './tree.ts'

/** `dynamic/`. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html */
export function dynamicData(
  facts: InstanceFacts,
  signer: () => Promise<DocumentSigner>,
): Directory {
  const document = identityDocument(facts)
  const signedMessage = async () => (await signer()).signedMessage(document)
  return directory({
    fws: directory({ 'instance-monitoring': facts.instance.Monitoring!.State }),
    'instance-identity': directory({
      document,
      pkcs7: signedMessage,
      rsa2048: signedMessage,
      signature: async () => (await signer()).signature(document),
    }),
  })
}

const identityDocument = ({ account, region, instance }: InstanceFacts): string =>
  jsonDocument({
    accountId: account,
    architecture: instance.Architecture!,
    availabilityZone: instance.Placement!.AvailabilityZone!,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.ImageId!,
    instanceId: instance.InstanceId!,
    instanceType: instance.InstanceType!,
    kernelId: null,
    pendingTime: moment(instance.LaunchTime!.getTime()),
    privateIp: instance.PrivateIpAddress!,
    ramdiskId: null,
    region,
    version: '2017-09-30',
  })
