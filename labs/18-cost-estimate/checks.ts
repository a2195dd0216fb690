import { condition, lab, task } from '../../checker/lab.ts'
import { checkPart, checkSpot, checkTotal, checkWorkdays } from './estimate.ts'
import { checkBucketTag, checkInstance, checkRootDisk, checkVolume } from './inventory.ts'

export default lab({
  tasks: [
    task({
      id: 'project',
      title: 'A project, tagged',
      hints: [
        'At launch, `--tag-specifications` takes one for the instance and one for its volume.',
        'Afterwards: `aws ec2 create-tags --resources ID --tags Key=Project,Value={{project}}`',
        'A bucket has a call of its own: `aws s3api put-bucket-tagging`',
      ],
      explanation:
        'An untagged thing is nobody’s. On the bill it stands under “other”, and stays there for years.',
      conditions: [
        condition({
          id: 'instance',
          title: 'The instance runs, with its tag',
          points: 1,
          check: checkInstance,
        }),
        condition({
          id: 'root-disk',
          title: 'Its own disk has the tag too',
          points: 1,
          check: checkRootDisk,
        }),
        condition({ id: 'volume', title: 'The volume has it', points: 1, check: checkVolume }),
        condition({ id: 'bucket', title: 'The bucket has it', points: 1, check: checkBucketTag }),
      ],
    }),
    task({
      id: 'estimate',
      title: 'A month of it',
      hints: [
        'The estimate is one JSON object with numbers: ec2, ebs, s3, total, workdays, spot.',
        'Disks: every GB of every volume of the project, the one that the instance starts from among them.',
        '730 hours are a month; 217 of them are working hours.',
      ],
      explanation:
        'Three questions find most of a bill: what runs that nobody uses, what is stored that nobody reads, what is on demand that could wait.',
      conditions: [
        condition({ id: 'ec2', title: 'The instance', points: 1, check: checkPart('ec2') }),
        condition({ id: 'ebs', title: 'The disks', points: 1, check: checkPart('ebs') }),
        condition({ id: 's3', title: 'The storage', points: 1, check: checkPart('s3') }),
        condition({ id: 'total', title: 'The total', points: 1, check: checkTotal }),
      ],
    }),
    task({
      id: 'savings',
      title: 'Cheaper',
      hints: [
        'Only the instance gets cheaper: disks and storage are the same, whether it runs or not.',
        'The spot price is what `describe-spot-price-history` says for your type, in dollars an hour.',
      ],
      explanation:
        'Off at night saves two thirds without any risk, and spot saves two thirds without going home. Together they are a tenth of the price.',
      conditions: [
        condition({
          id: 'workdays',
          title: 'Switched off at night',
          points: 1,
          check: checkWorkdays,
        }),
        condition({ id: 'spot', title: 'On the spot market', points: 1, check: checkSpot }),
      ],
    }),
  ],
})
