import { condition, lab, task } from '../../checker/lab.ts'
import { checkDocument } from './identity.ts'
import { checkTags, checkTokens } from './metadata.ts'
import { checkBucket, checkRestarted, checkScript, checkVersion } from './user-data.ts'

export default lab({
  tasks: [
    task({
      id: 'user-data',
      title: 'A script for the first start',
      hints: [
        '`--user-data file://user-data.sh` at launch. The command encodes it for you.',
        'The first two characters have to be `#!`. A line before them makes it a text that nobody runs.',
      ],
      explanation:
        'cloud-init, a program in nearly every image, fetches this from the metadata service at the first start. That is the whole secret of machines that set themselves up.',
      conditions: [
        condition({
          id: 'script',
          title: 'Your instance has a script as its user data',
          points: 1,
          check: checkScript,
        }),
        condition({
          id: 'bucket',
          title: 'It says where the models are',
          points: 1,
          check: checkBucket,
        }),
      ],
    }),
    task({
      id: 'metadata',
      title: 'Metadata for those who may ask',
      hints: [
        '`--metadata-options HttpTokens=required,InstanceMetadataTags=enabled`',
        'For an instance that runs: `aws ec2 modify-instance-metadata-options`',
      ],
      explanation:
        'Tags in the metadata spare the machine a permission: without them it would need ec2:DescribeTags to learn its own name.',
      conditions: [
        condition({ id: 'tokens', title: 'It asks for a token', points: 1, check: checkTokens }),
        condition({ id: 'tags', title: 'It has the tags', points: 1, check: checkTags }),
      ],
    }),
    task({
      id: 'identity',
      title: 'A document that proves it',
      hints: [
        'It is at `dynamic/instance-identity/document`, beside `meta-data/`.',
        'Was the instance made anew since? Then its document is another one: upload it again.',
      ],
      explanation:
        'The signature is at dynamic/instance-identity/signature. Whoever has AWS’s public certificate can verify it, without asking AWS anything.',
      conditions: [
        condition({
          id: 'document',
          title: 'The document in your bucket is your instance’s',
          points: 2,
          check: checkDocument,
        }),
      ],
    }),
    task({
      id: 'change',
      title: 'Another script',
      hints: [
        'User data is changed while the instance is stopped.',
        '`modify-instance-attribute --attribute userData --value file://FILE` wants base64 in the file.',
      ],
      explanation:
        'A machine that is set up by its user data is replaced, not repaired: launch another one with the new script, and terminate the old one.',
      conditions: [
        condition({
          id: 'version',
          title: 'The script says which version to serve',
          points: 2,
          check: checkVersion,
        }),
        condition({
          id: 'restarted',
          title: 'The instance runs again',
          points: 1,
          check: checkRestarted,
        }),
      ],
    }),
  ],
})
